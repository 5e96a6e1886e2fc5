/* Meetings: bodies that decide or are consulted, when they met, where the minutes are. */
#include "access/access.h"
#include "register/register.h"

static const Field fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("会議名", "Meeting"), .help = TEXT("委員会や会議の名称と回", "Name of the body, and which meeting"),
     .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|会議|委員会"},
    {.name = "held_on", .kind = KIND_DATE, .label = TEXT("開催日", "Held on"), .help = TEXT("開いた日", "The day it met"), .flags = SORT | FILTER | COLUMN, .aliases = "日付|開催年月日"},
    {.name = "chair", .kind = KIND_TEXT, .label = TEXT("議長", "Chair"), .help = TEXT("役職で書く", "By post"), .flags = COLUMN, .aliases = "委員長|座長"},
    {.name = "units", .kind = KIND_REFS, .label = TEXT("出席した部署", "Units"), .help = TEXT("出席した部署", "Units that took part"), .target = "unit", .aliases = "出席部署|出席者"},
    {.name = "subject", .kind = KIND_LONG, .label = TEXT("議題", "Subject"), .help = TEXT("決めたこと、話し合ったこと", "What was decided or discussed"), .flags = SEARCH, .aliases = "内容|議事"},
    {.name = "minutes", .kind = KIND_TEXT, .label = TEXT("議事録番号", "Minutes"), .help = TEXT("議事録の番号や保管場所", "Number or place of the minutes"), .flags = SEARCH, .aliases = "議事録|文書番号"},
};

const Resource meeting_resource = {.name = "meeting", .path = "meetings", .prefix = "M", .label = TEXT("会議", "Meeting"), .label_many = TEXT("会議", "Meetings"),
    .help = TEXT("決定や協議をした会議", "Meetings that decided or were consulted"), .fields = fields, .fields_n = COUNT(fields), .read = READERS, .create = ROLES_EDIT,
    .update = ROLES_EDIT, .remove = ROLES_MANAGE};
