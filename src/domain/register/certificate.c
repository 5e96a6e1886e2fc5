/* Certificates: certifications and attestations with a day on which they end. */
#include "access/access.h"
#include "register/register.h"

static const Choice kinds[] = {
    {CODE("management"), TEXT("マネジメントシステム認証", "Management system"), TEXT("ISO/IEC 27001 など", "ISO/IEC 27001 and the like")},
    {CODE("product"), TEXT("製品認証", "Product"), TEXT("製品や機器の認証", "Of a product or device")},
    {CODE("cloud"), TEXT("クラウドの評価", "Cloud assessment"), TEXT("クラウドサービスの評価や登録", "Assessment or listing of a cloud service")},
    {CODE("other"), TEXT("その他", "Other"), TEXT("上のどれでもないもの", "None of the above")},
};
static const Field fields[] = {
    {.name = "name", .kind = KIND_TEXT, .label = TEXT("認証名", "Certificate"), .help = TEXT("認証や登録の名称", "Name of the certification or listing"),
     .flags = REQUIRED | SEARCH | SORT | TITLE | COLUMN, .aliases = "名称|認証|認証の名称|認証名称|規格"},
    {.name = "kind", .kind = KIND_CHOICE, .label = TEXT("種類", "Kind"), .help = TEXT("一番近いものを一つ", "The nearest one"), .flags = FILTER | COLUMN, .choices = kinds, .choices_n = COUNT(kinds), .aliases = "区分|種別"},
    {.name = "registration", .kind = KIND_TEXT, .label = TEXT("登録番号", "Registration number"), .help = TEXT("証に書かれた番号", "As on the certificate"), .aliases = "認証番号|証書番号"},
    {.name = "scope", .kind = KIND_LONG, .label = TEXT("適用範囲", "Scope"), .help = TEXT("どこまで含むか", "What it covers"), .flags = SEARCH, .aliases = "範囲|対象範囲"},
    {.name = "supplier", .kind = KIND_REF, .label = TEXT("委託先", "Supplier"), .help = TEXT("委託先の認証であれば", "If it is a supplier's"), .flags = FILTER, .target = "supplier", .aliases = "取得者|事業者"},
    {.name = "assets", .kind = KIND_REFS, .label = TEXT("対象の資産", "Assets"), .help = TEXT("認証の対象となる資産", "Assets that it covers"), .flags = FILTER, .target = "asset", .aliases = "対象資産"},
    {.name = "valid_from", .kind = KIND_DATE, .label = TEXT("取得日", "Valid from"), .help = TEXT("有効になった日", "First day"), .flags = SORT, .aliases = "登録日|有効期間開始"},
    {.name = "valid_until", .kind = KIND_DATE, .label = TEXT("有効期限", "Valid until"), .help = TEXT("有効な最後の日", "Last day"), .flags = SORT | FILTER | COLUMN, .aliases = "期限|有効期間終了|更新期限"},
};

const Resource certificate_resource = {.name = "certificate", .path = "certificates", .prefix = "C", .label = TEXT("認証", "Certificate"),
    .label_many = TEXT("認証", "Certificates"), .help = TEXT("認証と有効期限", "Certifications and when they end"), .fields = fields, .fields_n = COUNT(fields),
    .read = READERS, .create = ROLES_EDIT, .update = ROLES_EDIT, .remove = ROLES_MANAGE};
