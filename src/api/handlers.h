/* handlers.h -- what the rows of the route table call. Private to api/. */
#ifndef KANAME_API_HANDLERS_H
#define KANAME_API_HANDLERS_H

#include "api/call.h"

/* --- answer.c: the shape that answers share ----------------------------------------------------------------- */
typedef struct List { const void *items; size_t size, n; } List;
#define LIST(array, n) ((List){(array), sizeof *(array), (n)})
typedef void ItemOut(Call *c, JsonOut *j, const void *item); /* the members of one object */
JsonOut answer(Call *c, Buf *b);
void list_out(Call *c, JsonOut *j, const char *key, List l, ItemOut *item); /* "key":[{…},…] */
Err answer_list(Call *c, const char *key, List l, ItemOut *item);          /* {"key":[…]} */
Err answer_item(Call *c, const void *one, ItemOut *item);
void roles_out(JsonOut *j, Roles roles);

/* --- records.c: what other handlers of records need ------------------------------------------------------------ */
typedef struct Shown { const Field *fields; size_t fields_n; const bool *readable; Value **rows; size_t n; } Shown; /* readable NULL: all */
Str file_disposition(Call *c, Str name); /* RFC 6266 and 8187: the name in UTF-8, every byte but the plainest in percent */
Err titles_out(Call *c, JsonOut *j, const Shown *shown, size_t n); /* "_titles":{…}: what the references in these rows are called */
Err bad_parameter(Call *c, Str name);
bool filter_value(Call *c, const Field *f, Str s, Filter *out); /* one value of the query; op is left, except for REFS */

/* --- sheets.c ------------------------------------------------------------------------------------------------------ */
void sheet_answer(Call *c, bool csv, Str name); /* the file of call_file is the answer */

/* --- session.c: what other handlers of accounts need ---------------------------------------------------------- */
Vault vault_of(const Call *c); /* while writing */
void set_session(Call *c, Str token);
Err logged_in(Call *c, Str token, Str csrf); /* without token: refused, and counted */
Err refuse_counted(Call *c, Err why);
enum { SMALL_BODY = 16 << 10 };

/* --- reports.c --------------------------------------------------------------------------------------------------- */
bool report_takes(const Call *c, const Route *r); /* one that is asked with a body takes POST, every other GET */

/* --- judge.c ----------------------------------------------------------------------------------------------------- */
enum { JUDGE_BODY_MAX = 256 << 10 };
const struct LawSet *judge_law(const Call *c, Str pack); /* of a pack; the usual one where it is empty; NULL */
void judge_problem(Call *c, Err e);                      /* a refusal as a page */

Err get_health(Call *c);
Err get_page(Call *c);
Err get_openapi(Call *c);
Err post_login(Call *c);
Err post_login_link(Call *c);
Err post_logout(Call *c);
Err get_session(Call *c);
Err get_tokens(Call *c);
Err post_token(Call *c);
Err delete_token(Call *c);
Err post_totp(Call *c);
Err post_totp_confirm(Call *c);
Err post_totp_remove(Call *c);
Err prepare_login(Call *c, Db *reader);
Err prepare_password(Call *c, Db *reader);
Err prepare_totp_remove(Call *c, Db *reader);
Err get_meta(Call *c);
Err get_webhooks(Call *c);
Err post_webhook(Call *c);
Err patch_webhook(Call *c);
Err delete_webhook(Call *c);
Err post_webhook_secret(Call *c);
Err post_webhook_test(Call *c);
Err get_deliveries(Call *c);
Err get_search(Call *c);
Err get_group(Call *c);
Err get_disclosure(Call *c);
Err put_disclosure(Call *c);
Err get_log(Call *c);
Err get_checkpoint(Call *c);
Err get_people(Call *c);
Err get_jobs(Call *c);
Err post_person(Call *c);
Err patch_person(Call *c);
Err post_person_link(Call *c);
Err post_totp_reset(Call *c);
Err get_settings(Call *c);
Err patch_settings(Call *c);
Err post_org(Call *c);
Err get_account(Call *c);
Err get_packs(Call *c);
Err get_vocabulary(Call *c);
Err get_pack_items(Call *c);
Err post_judge(Call *c);
Err get_judge_page(Call *c);
Err post_judge_page(Call *c);
Err get_judge_sheet(Call *c);
Err get_list(Call *c);
Err post_record(Call *c);
Err get_record(Call *c);
Err get_report(Call *c);
Err get_report_xlsx(Call *c);
Err get_report_csv(Call *c);
Err get_record_report_xlsx(Call *c);
Err get_record_report_csv(Call *c);
Err post_bulk(Call *c);
Err post_document(Call *c);
Err get_record_report(Call *c);
Err post_record_report(Call *c);
Err put_record(Call *c);
Err patch_record(Call *c);
Err delete_record(Call *c);
Err get_versions(Call *c);
Err get_referrers(Call *c);
Err get_receipt(Call *c);
Err get_home(Call *c);
Err get_calendar(Call *c);
Err post_propose(Call *c);
Err post_import(Call *c);
Err get_xlsx(Call *c);
Err get_csv(Call *c);
Err list_query(Call *c, ListQuery *q); /* filters, sort and page out of the URL */
Err post_password(Call *c);
Err get_static(Call *c);
Err post_restore(Call *c);
Err post_dispose(Call *c);
Err post_action(Call *c);

Err get_files(Call *c);
Err post_file(Call *c);
Err put_file(Call *c);
Err get_file(Call *c);
Err get_file_receipt(Call *c);
Err delete_file(Call *c);
Err post_file_dispose(Call *c);

#endif
