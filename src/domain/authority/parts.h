/* parts.h -- what the files of this room share. */
#ifndef KANAME_AUTHORITY_PARTS_H
#define KANAME_AUTHORITY_PARTS_H

#include "authority/authority.h"
#include "incident/incident.h"
#include "register/register.h"

#define USERS_MAX INT64_C(10000000000)
enum { MINUTES_MAX = 100000000 };

static inline Err conflict(const char *ja, const char *en) { return err_text(ERR_CONFLICT, text_of(ja, en)); }

/* --- complete.c: what a report of its kind must say, and does not -------------------------------------------------------------- */
typedef struct Lacks { Str missing; /* one a line */ Str by; /* what it was held against */ size_t n; } Lacks;
/* `found`: items that a reader found elsewhere in the report, one a line; one that nobody asks is a mistake. */
Lacks report_lacks(Ctx *c, const Record *r, Str found, Mistakes *m);

/* --- received.c: bands in which reports are counted ------------------------------------------------------------------------------ */
enum { DURATION_BANDS = 8, USERS_BANDS = 7 };
extern const Choice duration_bands[DURATION_BANDS], users_bands[USERS_BANDS];

/* --- figures.c: counted by one query, no report is read --------------------------------------------------------------------------- */
enum { FIGURE_KINDS = 2, FIGURES_MAX = 2000 };
extern const char *const figure_kinds[FIGURE_KINDS];
typedef struct Figures { OrgCount *cells; size_t n; } Figures; /* by: kind, class, duration band, users band, cause; only of figure_kinds */
Err figures_count(Ctx *c, int64_t year, Instant cut_off, Figures *out);
CountOf figures_of(Ctx *c, int64_t year, Instant cut_off, const char *kind); /* the reports themselves; kind NULL: of every kind */
enum { CELL_KIND, CELL_CLASS, CELL_DURATION, CELL_USERS, CELL_CAUSE, CELL_N, FIGURE_FIELDS };
extern const Field figure_fields[FIGURE_FIELDS];
enum { FIGURE_BY_CLASS = 3, FIGURE_BY_CAUSE = 2 };
extern const int figure_users[FIGURE_BY_CLASS], figure_durations[FIGURE_BY_CLASS], figure_causes[FIGURE_BY_CAUSE]; /* the tables that are published, by their columns */
void figures_add_up(Arena *a, const Figures *f, const int *columns, size_t n, Figures *out);
void figure_row(Value *out, const OrgCount *cell);
Str figure_breaks(Ctx *c, int64_t year); /* where a rule of the packs changed in that year, one a line; empty: nowhere */
enum { FIGURES_YEAR, FIGURES_CUT_OFF, FIGURES_ALL, FIGURES_PARAMS };
extern const Field figures_params[FIGURES_PARAMS];
Err figures_report(Ctx *c, const Record *of, const Value *params, ReportOut *out);
void figures_published(Ctx *c, const Record *set, ReportOut *out); /* of a frozen set, as it was counted: what it is, its tables, where a rule changed */

/* --- document.c: the file that another Kaname writes of a duty (incident/document.c) -------------------------------------------- */
enum { FACTS_MAX = 200000 };
Err received_read(Ctx *c, const struct json_t *doc, Value *v, Mistakes *m);

/* --- rubric.c: severity after the event, 0 to 4 -------------------------------------------------------------------------------- */
enum { NO_INDEX = -1 };
enum { SEVERITIES = 5 };
extern const Choice severities[SEVERITIES];
int severity_of(const Value *v);                                                     /* of a choice among these; NO_INDEX */
int rubric_continuity(const Record *rubric, const Value *extent, const Value *time); /* NO_INDEX: the table has no such cell */

/* --- users.c: of several reports on one event ----------------------------------------------------------------------------------- */
typedef struct UsersTotal { Value total; int64_t least, operators; Str why; /* in the language of the reader */ bool twice; } UsersTotal;
UsersTotal users_total(Ctx *c, Record *const *reports, size_t n);

#endif
