/* jobs.c -- what runs later, shown to whoever runs the installation. */
#include "api/handlers.h"

#include "job/job.h"

enum { LISTED_MAX = 200 };

Err get_jobs(Call *c)
{
    Job *list;
    size_t n;
    Buf b;
    TRY(job_list(c->x.db, &c->arena, query_value(c, "open").n > 0, LISTED_MAX, &list, &n));
    JsonOut j = answer(c, &b);
    json_open(&j, '{');
    json_key(&j, STR("items")), json_open(&j, '[');
    for (size_t i = 0; i < n; i++)
        job_json(&j, &c->arena, &list[i]);
    json_close(&j, ']');
    json_close(&j, '}');
    c->r.body = buf_str(&b);
    return ERR_NONE;
}
