/* policy.c -- the one decision. Roles come from the principal, masks from the resource; nothing else widens or narrows. */
#include "access/access.h"

const struct RoleRow role_rows[ROLES] = {
    [ROLE_VIEWER] = {{"viewer", 6}, TEXT("閲覧者", "Viewer"), TEXT("台帳と履歴を読みます。書き込みません。", "Reads registers and history. Writes nothing.")},
    [ROLE_RISK_OWNER] = {{"risk_owner", 10}, TEXT("リスク所有者", "Risk owner"),
        TEXT("担当するリスクや資産を記録し、対策の進み具合を報告します。", "Records risks and assets they answer for, and reports how measures progress.")},
    [ROLE_RISK_MANAGER] = {{"risk_manager", 12}, TEXT("リスク管理者", "Risk manager"),
        TEXT("リスク管理を回します。基準と計画の案を作って提出し、表計算のファイルを取り込みます。", "Runs the cycle: drafts and submits criteria and plans, imports spreadsheets.")},
    [ROLE_CISO] = {{"ciso", 4}, TEXT("CISO", "CISO"),
        TEXT("リスク管理全体の責任者です。リスク管理者の権限に加え、個人情報を廃棄できます。", "Owns the cycle: all that the risk manager may, and disposal of personal data.")},
    [ROLE_EXECUTIVE] = {{"executive", 9}, TEXT("経営層", "Executive"), TEXT("基準と計画を承認し、または差し戻します。記録は読むだけです。", "Approves criteria and plans or returns them. Only reads records.")},
    [ROLE_AUDITOR] = {{"auditor", 7}, TEXT("監査人", "Auditor"),
        TEXT("すべてを読み、指摘を課題として出します。ほかの記録は変えません。", "Reads all and raises findings as issues. Changes no other record.")},
    [ROLE_ADMIN] = {{"admin", 5}, TEXT("組織の管理者", "Administrator"),
        TEXT("人、役割、組織の設定を管理します。この役割だけでは台帳を読めません。", "Manages people, roles and settings. Reads no register by this role alone.")},
};

static bool writes(Act act)
{
    switch (act) {
    case ACT_CREATE:
    case ACT_UPDATE:
    case ACT_BULK:
    case ACT_REMOVE:
    case ACT_ACTION:
    case ACT_IMPORT:
    case ACT_PEOPLE_WRITE:
    case ACT_DISPOSE:
    case ACT_ATTACH:
    case ACT_INSTANCE: return true;
    case ACT_PUBLIC:
    case ACT_SELF:
    case ACT_LIST:
    case ACT_READ:
    case ACT_REPORT:
    case ACT_EXPORT:
    case ACT_SEARCH:
    case ACT_HISTORY:
    case ACT_PEOPLE_READ:
    case ACT_AUDIT:
    case ACT_GROUP:
    case ACTS: break;
    }
    return false;
}

static Roles may_attach(const Resource *res)
{
    Roles all = res->update;
    for (size_t i = 0; i < res->actions_n; i++)
        all |= res->actions[i].roles;
    return all;
}

/* Who may: the mask that an act asks for. */
static Roles needed(Act act, const Resource *res, const Action *action)
{
    switch (act) {
    case ACT_PUBLIC:
    case ACT_SELF: return ROLES_ALL;
    case ACT_LIST:
    case ACT_READ:
    case ACT_EXPORT: return res->read;
    case ACT_CREATE: return res->create;
    case ACT_UPDATE:
    case ACT_BULK: return res->update;
    case ACT_REMOVE: return res->remove;
    case ACT_ACTION:
    case ACT_REPORT: return action->roles;
    case ACT_IMPORT: return ROLES_MANAGE;
    case ACT_SEARCH: return ROLES_ALL & ~ROLE_BIT(ROLE_ADMIN);
    case ACT_HISTORY: return ROLES_ALL & ~ROLE_BIT(ROLE_ADMIN);
    case ACT_AUDIT: return ROLE_BIT(ROLE_AUDITOR) | ROLE_BIT(ROLE_CISO) | ROLE_BIT(ROLE_ADMIN);
    case ACT_GROUP: return ROLES_MANAGE | ROLES_APPROVE | ROLE_BIT(ROLE_AUDITOR);
    case ACT_PEOPLE_READ: return ROLES_ALL;
    case ACT_PEOPLE_WRITE: return ROLE_BIT(ROLE_ADMIN);
    case ACT_ATTACH: return may_attach(res);
    case ACT_DISPOSE: return ROLE_BIT(ROLE_CISO);
    case ACT_INSTANCE:
    case ACTS: break;
    }
    return 0;
}

static Err hidden(void)
{
    return err_text(ERR_NOT_FOUND, text_of("見つかりません。", "Not found."));
}

Err access_decide(const Principal *who, Act act, const Resource *res, const Action *action, const Record *target)
{
    if (target && target->org != who->org.row) return hidden(); /* the loaded row decides, not the path */
    if (who->read_only && writes(act)) return err_text(ERR_FORBIDDEN, text_of("この鍵は読み取り専用です。", "This token only reads."));
    if (act == ACT_INSTANCE) return who->instance_admin ? ERR_NONE : err_of(ERR_FORBIDDEN);
    if (res && !(who->roles & res->read)) return hidden();
    if (who->roles & needed(act, res, action)) return ERR_NONE;
    return err_text(ERR_FORBIDDEN, text_of("この操作の権限がありません。組織の管理者に相談してください。", "You may not do this. Ask your organisation's administrator."));
}

static bool *mask(Arena *a, const Principal *who, const Resource *res, bool write)
{
    bool *may = arena_array(a, bool, res->fields_n + 1);
    for (size_t i = 0; i < res->fields_n; i++) {
        const Field *f = &res->fields[i];
        may[i] = !f->read || (who->roles & f->read);
        if (write) may[i] = may[i] && (!f->write || (who->roles & f->write));
    }
    return may;
}

bool *access_readable(Arena *a, const Principal *who, const Resource *res)
{
    return mask(a, who, res, false);
}

bool *access_writable(Arena *a, const Principal *who, const Resource *res)
{
    return mask(a, who, res, true);
}
