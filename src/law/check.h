/* check.h -- what the checks of a pack's meaning share. Private to law/. */
#ifndef KANAME_LAW_CHECK_H
#define KANAME_LAW_CHECK_H

#include "law/shape.h"

enum { READINGS_WORDS_MAX = 64, LAW_CONDITIONS_MAX = 500, LAW_CONDITION_DEPTH_MAX = 12 };

typedef struct Check {
    Arena *a;
    const Law *law;
    const Index *x;
    Mistakes *m;
} Check;

/* One version of a rule or of duties, and where it stands. */
typedef struct Part {
    const Check *c;
    const LawItem *item;
    Doc d;
    const json_t *json;
    Str path; /* "versions/0" */
} Part;

Str path_of(Arena *a, Str path, const char *key);
bool is_rule(LawKind k); /* of rules/, levels/ or watches/ */
/* The status words that never open a duty. */
bool status_is_weak(Str status);
Str status_of(const json_t *version);

/* Every version of every rule, and of every duty file. */
void each_part(const Check *c, void (*fn)(const Part *p));
Part part_of(const Check *c, const LawItem *it, size_t version);
/* Every condition of a version, outer before inner: of the rule, its exceptions and gaps; of its duties and their variants. */
typedef void ConditionFn(void *self, const json_t *condition, Str path, size_t depth);
void each_condition(const Part *p, ConditionFn *fn, void *self);
void each_condition_in(Arena *a, const json_t *condition, Str path, size_t depth, ConditionFn *fn, void *self);

const json_t *fact_json(const Index *x, Str id); /* NULL */
Str fact_type(const Index *x, Str id);
/* Names a code that the class does not have, with the nearest. */
void code_check(const Doc *d, const Index *x, Str class, Str code, Str path);
Str class_of_set(const Index *x, Str set_fact); /* the class whose codes a set fact holds */

typedef enum { MEASURED_COUNT, MEASURED_TIME, MEASURED_MONTHS, MEASURED_PERCENT, MEASURED_PRODUCT, MEASURED_NONE } Measured;
Measured unit_measures(Str unit);
/* In the smallest unit: seconds, months, thousandths of a percent; else as it is. */
int64_t unit_factor(Str unit);
int64_t scaled(int64_t n, int64_t factor); /* what is too large stays the largest; neither is negative */

/* What the engine relies on: in law_load. */
void facts_check(const Check *c, const Doc *facts);
void terms_check(const Part *p);   /* conditions and tables */
void never_check(const Part *p);   /* conditions that shut each other out */
void dates_check(const Check *c);  /* versions of one id */
void circles_check(const Check *c);
void duties_check(const Check *c);
void tightens_check(const Part *p);  /* a rule that says it tightens another is no laxer */
void overlay_check(const Check *c, const Doc *overlay); /* nor is a reading chosen, or a target */
/* What the author must see to: in law_check. */
void examples_check(const Check *c, const LawItem *it);
void duty_examples_check(const Part *p);
void quotes_check(const Part *p);
void unquoted_check(const Part *p, Mistakes *warnings);

#endif
