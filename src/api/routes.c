/* routes.c -- the one table of routes. A row names its policy (Act); the macro has no default, so a row without one does not compile. */
#include "api/call.h"
#include "api/handlers.h"

#define ROUTE_LOGIN(method, pattern, act, prepare, handle, summary) {method, pattern, act, RUN_LOGIN, handle, summary, prepare}
#define ROUTE(method, pattern, act, run, handle, summary) {method, pattern, act, run, handle, summary}
#define ROUTE_PAGE(method, pattern, act, handle, summary) {method, pattern, act, RUN_READ, handle, summary, NULL, true}

const Route routes[] = {
    ROUTE(GET, "/healthz", ACT_PUBLIC, RUN_READ, get_health, "Ready"),
    ROUTE(GET, "/", ACT_PUBLIC, RUN_READ, get_page, "Start page"),
    ROUTE(GET, "/assets/{name}", ACT_PUBLIC, RUN_READ, get_static, "Files of the front end"),
    ROUTE(GET, "/api/openapi.json", ACT_PUBLIC, RUN_READ, get_openapi, "This description"),
    ROUTE_LOGIN(POST, "/api/login", ACT_PUBLIC, prepare_login, post_login, "Log in with password and code"),
    ROUTE(POST, "/api/login/link", ACT_PUBLIC, RUN_WRITE, post_login_link, "Log in with a one-time link"),
    ROUTE(POST, "/api/logout", ACT_SELF, RUN_WRITE, post_logout, "End the session"),
    ROUTE(GET, "/api/session", ACT_SELF, RUN_READ, get_session, "Who am I, in which organisations"),
    ROUTE(GET, "/api/account", ACT_SELF, RUN_READ, get_account, "The own account"),
    ROUTE(GET, "/api/account/tokens", ACT_SELF, RUN_READ, get_tokens, "Own API tokens"),
    ROUTE(POST, "/api/account/tokens", ACT_SELF, RUN_WRITE, post_token, "A new API token"),
    ROUTE(DELETE, "/api/account/tokens/{id}", ACT_SELF, RUN_WRITE, delete_token, "Remove an API token"),
    ROUTE(POST, "/api/account/totp", ACT_SELF, RUN_WRITE, post_totp, "Begin to enrol an authenticator"),
    ROUTE(POST, "/api/account/totp/confirm", ACT_SELF, RUN_WRITE, post_totp_confirm, "Enrol it with a code; recovery codes, once"),
    ROUTE_LOGIN(POST, "/api/account/totp/remove", ACT_SELF, prepare_totp_remove, post_totp_remove, "Remove the authenticator"),
    ROUTE_LOGIN(POST, "/api/account/password", ACT_SELF, prepare_password, post_password, "Set the own password"),
    ROUTE(GET, "/api/meta", ACT_SELF, RUN_READ, get_meta, "Resources and fields as the caller may use them in ?org="),
    ROUTE(GET, "/api/jobs", ACT_INSTANCE, RUN_READ, get_jobs, "What runs later: state, tries, last error"),
    ROUTE(GET, "/api/packs", ACT_SELF, RUN_READ, get_packs, "Packs: the law and the catalogues as data"),
    ROUTE(GET, "/api/packs/{code}/{kind}", ACT_SELF, RUN_READ, get_pack_items, "Items of one list of a pack, with ?q="),
    ROUTE(GET, "/api/vocabulary", ACT_SELF, RUN_READ, get_vocabulary, "What the packs call the facts of an incident, and their codes"),
    ROUTE_PAGE(GET, "/judge", ACT_SELF, get_judge_page, "Judging without a script: which kind of operator"),
    ROUTE_PAGE(POST, "/judge", ACT_SELF, post_judge_page, "Judging without a script: the next step; nothing is kept"),
    ROUTE_PAGE(GET, "/judge/sheet", ACT_SELF, get_judge_sheet, "Thresholds, authorities and deadlines of a kind of operator on one page of paper"),
    ROUTE(POST, "/api/judge", ACT_SELF, RUN_SLOW, post_judge, "Which rules of a pack do these facts meet, and what is due; nothing is kept"),
    ROUTE(GET, "/api/orgs/{org}/home", ACT_PEOPLE_READ, RUN_SLOW, get_home, "What is due, what changed, what threatens services"),
    ROUTE(GET, "/api/orgs/{org}/meta", ACT_PEOPLE_READ, RUN_READ, get_meta, "Resources and fields as the caller may use them"),
    ROUTE(GET, "/api/orgs/{org}/search", ACT_SEARCH, RUN_READ, get_search, "Full text search"),
    ROUTE(GET, "/api/orgs/{org}/log", ACT_HISTORY, RUN_READ, get_log, "History"),
    ROUTE(GET, "/api/orgs/{org}/checkpoint", ACT_HISTORY, RUN_READ, get_checkpoint, "Signed head of the history"),
    ROUTE(GET, "/api/orgs/{org}/calendar.ics", ACT_SEARCH, RUN_SLOW, get_calendar, "Duties to report that are not made yet, as a calendar"),
    ROUTE(GET, "/api/orgs/{org}/people", ACT_PEOPLE_READ, RUN_READ, get_people, "The people of the organisation"),
    ROUTE(POST, "/api/orgs/{org}/people", ACT_PEOPLE_WRITE, RUN_WRITE, post_person, "Add a person; with login: a one-time link"),
    ROUTE(PATCH, "/api/orgs/{org}/people/{id}", ACT_PEOPLE_WRITE, RUN_WRITE, patch_person, "Change a person, their roles, or disable"),
    ROUTE(POST, "/api/orgs/{org}/people/{id}/link", ACT_PEOPLE_WRITE, RUN_WRITE, post_person_link, "A one-time login link for a person"),
    ROUTE(POST, "/api/orgs/{org}/people/{id}/totp-reset", ACT_PEOPLE_WRITE, RUN_WRITE, post_totp_reset, "Take a lost authenticator from a person"),
    ROUTE(GET, "/api/orgs/{org}/settings", ACT_PEOPLE_READ, RUN_READ, get_settings, "Name of the organisation"),
    ROUTE(PATCH, "/api/orgs/{org}/settings", ACT_PEOPLE_WRITE, RUN_WRITE, patch_settings, "Rename the organisation"),
    ROUTE(GET, "/api/orgs/{org}/webhooks", ACT_PEOPLE_WRITE, RUN_READ, get_webhooks, "Where other systems are told, and of what they can be"),
    ROUTE(POST, "/api/orgs/{org}/webhooks", ACT_PEOPLE_WRITE, RUN_WRITE, post_webhook, "A new webhook; its secret, once"),
    ROUTE(PATCH, "/api/orgs/{org}/webhooks/{id}", ACT_PEOPLE_WRITE, RUN_WRITE, patch_webhook, "Change a webhook, stop it or start it again"),
    ROUTE(DELETE, "/api/orgs/{org}/webhooks/{id}", ACT_PEOPLE_WRITE, RUN_WRITE, delete_webhook, "Remove a webhook and the list of its deliveries"),
    ROUTE(POST, "/api/orgs/{org}/webhooks/{id}/secret", ACT_PEOPLE_WRITE, RUN_WRITE, post_webhook_secret, "A new secret, once; the old one signs nothing any more"),
    ROUTE(POST, "/api/orgs/{org}/webhooks/{id}/test", ACT_PEOPLE_WRITE, RUN_WRITE, post_webhook_test, "Send a test event"),
    ROUTE(GET, "/api/orgs/{org}/webhooks/{id}/deliveries", ACT_PEOPLE_WRITE, RUN_READ, get_deliveries, "What was sent, and how it went"),
    ROUTE(GET, "/api/orgs/{org}/group", ACT_GROUP, RUN_SLOW, get_group, "The organisations below, as far as each shows itself"),
    ROUTE(GET, "/api/orgs/{org}/disclosure", ACT_PEOPLE_READ, RUN_READ, get_disclosure, "What this organisation shows to those above"),
    ROUTE(PUT, "/api/orgs/{org}/disclosure", ACT_PEOPLE_WRITE, RUN_WRITE, put_disclosure, "Decide what it shows, with a reason"),
    ROUTE(POST, "/api/orgs", ACT_INSTANCE, RUN_WRITE, post_org, "A new organisation, also below another"),
    ROUTE(POST, "/api/orgs/{org}/import/propose", ACT_IMPORT, RUN_WRITE, post_propose, "What a spreadsheet's columns could be"),
    ROUTE(POST, "/api/orgs/{org}/import", ACT_IMPORT, RUN_WRITE, post_import, "Import a spreadsheet, or try with ?dry=1"),
    ROUTE(GET, "/api/orgs/{org}/{res}.xlsx", ACT_EXPORT, RUN_SLOW, get_xlsx, "Export as XLSX"),
    ROUTE(GET, "/api/orgs/{org}/{res}.csv", ACT_EXPORT, RUN_SLOW, get_csv, "Export as CSV"),
    ROUTE(GET, "/api/orgs/{org}/{res}", ACT_LIST, RUN_READ, get_list, "List"),
    ROUTE(POST, "/api/orgs/{org}/{res}", ACT_CREATE, RUN_WRITE, post_record, "Create"),
    ROUTE(POST, "/api/orgs/{org}/{res}/bulk", ACT_BULK, RUN_WRITE, post_bulk, "Change many records, or try with ?dry=1"),
    ROUTE(POST, "/api/orgs/{org}/{res}/document", ACT_CREATE, RUN_WRITE, post_document, "Create out of a document of another program"),
    ROUTE(GET, "/api/orgs/{org}/{res}/reports/{name}.xlsx", ACT_REPORT, RUN_SLOW, get_report_xlsx, "Report over the register as XLSX"),
    ROUTE(GET, "/api/orgs/{org}/{res}/reports/{name}.csv", ACT_REPORT, RUN_SLOW, get_report_csv, "Report over the register as CSV"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/reports/{name}.xlsx", ACT_REPORT, RUN_SLOW, get_record_report_xlsx, "Report of one record as XLSX"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/reports/{name}.csv", ACT_REPORT, RUN_SLOW, get_record_report_csv, "Report of one record as CSV"),
    ROUTE(GET, "/api/orgs/{org}/{res}/reports/{name}", ACT_REPORT, RUN_SLOW, get_report, "Report over the register"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/reports/{name}", ACT_REPORT, RUN_SLOW, get_record_report, "Report of one record"),
    ROUTE(POST, "/api/orgs/{org}/{res}/{id}/reports/{name}", ACT_REPORT, RUN_SLOW, post_record_report, "Report of one record that is asked with a body; nothing is kept"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}", ACT_READ, RUN_READ, get_record, "Read"),
    ROUTE(PUT, "/api/orgs/{org}/{res}/{id}", ACT_UPDATE, RUN_WRITE, put_record, "Replace"),
    ROUTE(PATCH, "/api/orgs/{org}/{res}/{id}", ACT_UPDATE, RUN_WRITE, patch_record, "Change"),
    ROUTE(DELETE, "/api/orgs/{org}/{res}/{id}", ACT_REMOVE, RUN_WRITE, delete_record, "Retire"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/versions", ACT_READ, RUN_READ, get_versions, "Versions"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/referrers", ACT_READ, RUN_READ, get_referrers, "What points here"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/receipt", ACT_READ, RUN_READ, get_receipt, "Receipt that verifies offline"),
    ROUTE(POST, "/api/orgs/{org}/{res}/{id}/restore", ACT_REMOVE, RUN_WRITE, post_restore, "Restore a retired record"),
    ROUTE(POST, "/api/orgs/{org}/{res}/{id}/dispose", ACT_DISPOSE, RUN_WRITE, post_dispose, "Dispose of personal data"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/files", ACT_READ, RUN_READ, get_files, "Attached files"),
    ROUTE(POST, "/api/orgs/{org}/{res}/{id}/files", ACT_ATTACH, RUN_WRITE, post_file, "Begin to attach a file"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/files/{file}", ACT_READ, RUN_SLOW, get_file, "Content of an attached file, or a range of it"),
    ROUTE(GET, "/api/orgs/{org}/{res}/{id}/files/{file}/receipt", ACT_READ, RUN_READ, get_file_receipt, "Receipt of an attached file that verifies offline"),
    ROUTE(PUT, "/api/orgs/{org}/{res}/{id}/files/{file}", ACT_ATTACH, RUN_WRITE, put_file, "The next 256 KiB of a file at ?at="),
    ROUTE(DELETE, "/api/orgs/{org}/{res}/{id}/files/{file}", ACT_ATTACH, RUN_WRITE, delete_file, "Retire an attached file, or give an upload up"),
    ROUTE(POST, "/api/orgs/{org}/{res}/{id}/files/{file}/dispose", ACT_DISPOSE, RUN_WRITE, post_file_dispose, "Dispose of the content of a file"),
    ROUTE(POST, "/api/orgs/{org}/{res}/{id}/{name}", ACT_ACTION, RUN_WRITE, post_action, "Named action"),
};
const size_t routes_n = COUNT(routes);

bool api_path_is_taken(Str path)
{
    Str under = STR("/api/orgs/{org}/"), word;
    for (size_t i = 0; i < routes_n; i++) {
        Str p = str_of(routes[i].pattern);
        if (!str_starts(p, under)) continue;
        p = str_slice(p, under.n, p.n);
        str_cut(&p, '/', &word);
        if (str_eq(word, path)) return true;
    }
    return false;
}
