/* Contacts: whom to call, by post. */
#include "access/access.h"
#include "register/register.h"

static const Field fields[] = {
    {.name = "post", .kind = KIND_TEXT, .label = TEXT("役職・窓口", "Post or desk"), .help = TEXT("個人名でなく役職で", "The post rather than a person"),
     .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "役職|窓口|職名|連絡窓口|名称"},
    {.name = "organisation", .kind = KIND_TEXT, .label = TEXT("組織", "Organisation"), .help = TEXT("相手の組織の名称", "Name of their organisation"), .flags = SEARCH | SORT | COLUMN, .aliases = "組織名|所属|機関名|団体名"},
    {.name = "unit", .kind = KIND_REF, .label = TEXT("部署", "Unit"), .help = TEXT("自組織の部署であれば", "If a unit of one's own"), .flags = FILTER, .target = "unit", .aliases = "課|課名"},
    {.name = "supplier", .kind = KIND_REF, .label = TEXT("委託先", "Supplier"), .help = TEXT("委託先の窓口であれば", "If a desk of a supplier"), .flags = FILTER, .target = "supplier", .aliases = "業者"},
    {.name = "telephone", .kind = KIND_TEXT, .label = TEXT("電話", "Telephone"), .help = TEXT("昼間の番号", "By day"), .flags = PERSONAL | PHONE | COLUMN, .aliases = "電話番号|TEL|代表電話|内線"},
    {.name = "night", .kind = KIND_TEXT, .label = TEXT("夜間・休日の電話", "Telephone at night"), .help = TEXT("夜間、休日の番号", "At night and on holidays"), .flags = PERSONAL | PHONE, .aliases = "夜間電話|夜間休日|夜間連絡先"},
    {.name = "mail", .kind = KIND_TEXT, .label = TEXT("メール", "Mail"), .help = TEXT("窓口のアドレス", "Address of the desk"), .flags = PERSONAL, .aliases = "メールアドレス|E-mail|電子メール"},
    {.name = "purpose", .kind = KIND_LONG, .label = TEXT("連絡する場合", "When to call"), .help = TEXT("どんなときに連絡するか", "On what occasion"), .flags = SEARCH | COLUMN, .aliases = "用件|連絡事由|備考"},
};

const Resource contact_resource = {.name = "contact", .path = "contacts", .prefix = "K", .label = TEXT("連絡先", "Contact"),
    .label_many = TEXT("連絡先", "Contacts"), .help = TEXT("役職で書いた連絡先", "Whom to call, by post"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE};
