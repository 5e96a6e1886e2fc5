/* Units: bureaus, divisions and sections of the organisation. */
#include "access/access.h"
#include "register/register.h"

const Choice three_levels[THREE_LEVELS] = {
    {CODE("1"), TEXT("小", "Small"), TEXT("", ""), "低|軽微|低い|小さい|low|minor|Ⅰ"},
    {CODE("2"), TEXT("中", "Medium"), TEXT("", ""), "中程度|普通|moderate|Ⅱ"},
    {CODE("3"), TEXT("大", "Large"), TEXT("", ""), "高|重大|高い|大きい|high|major|Ⅲ"},
};

static const Field fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("部署名", "Unit"), .help = TEXT("局、部、課の名称", "Bureau, division or section"),
     .flags = REQUIRED | UNIQUE | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|課名|所属名|組織名|部署"},
    {.name = "parent", .kind = KIND_REF, .label = TEXT("上位の部署", "Above"), .help = TEXT("属する部や局", "The unit it belongs to"), .flags = FILTER | COLUMN, .target = "unit", .aliases = "上位部署|上位組織|部局"},
    {.name = "head", .kind = KIND_TEXT, .label = TEXT("責任者の役職", "Post of the head"), .help = TEXT("例：浄水課長", "e.g. head of purification"), .flags = COLUMN | NAMES, .aliases = "責任者|長の職名|管理責任者"},
    {.name = "task", .kind = KIND_LONG, .label = TEXT("役割", "Task"), .help = TEXT("何を受け持つか", "What it looks after"), .flags = SEARCH, .aliases = "分掌|分掌事務|所掌|業務内容"},
};

const Resource unit_resource = {.name = "unit", .path = "units", .prefix = "U", .label = TEXT("部署", "Unit"),
    .label_many = TEXT("部署", "Units"), .help = TEXT("自組織の部署", "Units of the organisation"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE};
