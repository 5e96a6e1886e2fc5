/* shape.h -- what the JSON of a pack's law may look like, as const tables: read by the checker and printed as JSON Schema. */
#ifndef KANAME_LAW_SHAPE_H
#define KANAME_LAW_SHAPE_H

#include "law/inside.h"

typedef enum {
    T_TEXT,    /* {"ja","en"}, both */
    T_QUOTE,   /* {"ja"?,"en"?}, at least one: operative words */
    T_STR,     /* words for authors */
    T_ID,      /* a name; `refers`: of what */
    T_WORD,    /* one of `words` */
    T_DAY,
    T_INSTANT, /* or one of `words` */
    T_INT,     /* min … max */
    T_DECIMAL, /* "5", "0.5" */
    T_BOOL,
    T_TRUE,
    T_NULL,
    T_OBJECT,  /* of `shape` */
    T_UNION,   /* an object of one of `shapes`, told apart by the key that signs each */
    T_LIST,    /* of `of`, min … max elements */
    T_MAP,     /* names (that refer, see `refers`) to `of` */
    T_EITHER,  /* of one of the types `either`, told apart by what JSON calls them */
    T_VALUE,   /* a fact's value: by the type of the fact, see value_type */
} TypeKind;

/* What a name refers to. */
typedef enum { R_NONE, R_SOURCE, R_CLASS, R_FACT, R_AUTHORITY, R_COUNTING, R_ROLL, R_RULE, R_DUTIES, R_FORM, R_CALENDAR, R_OPERATOR, R_KINDS } Refers;

typedef struct Shape Shape;
typedef struct Type Type;

struct Type {
    TypeKind kind;
    Refers refers;
    const char *words; /* "a b c"; of a fact that is referred to: the types it may have */
    int64_t min, max;
    const Shape *shape;
    const Shape *const *shapes; /* ends with NULL */
    const Type *of;
    const Type *const *either; /* ends with NULL */
};

enum { NEEDED = 1, ONE_OF = 2 /* of the keys with this, one is needed and no more */ };

typedef struct Key {
    const char *name;
    const Type *type;
    unsigned flags;
} Key;

struct Shape {
    const char *name;
    const Key *keys;
    size_t n;
    const char *sign; /* in a union: the keys that tell this one, "lo hi" */
    const Type *rest; /* further keys, with names of the object's own */
};

/* Names that may be referred to. */
typedef struct Named {
    Str id;
    const json_t *json;
    LawKind kind; /* of a rule */
} Named;

typedef struct Index {
    struct Names { Named *list; size_t n; bool open; /* not known to this pack: anything goes */ } of[R_KINDS]; /* by id, in byte order */
} Index;

const Named *index_find(const Index *x, Refers what, Str id); /* NULL */

/* The files beside pack.json. */
typedef enum { SIDE_SOURCES, SIDE_CLASSES, SIDE_FACTS, SIDE_AUTHORITIES, SIDE_COUNTING, SIDES } Side;
/* What may be referred to; two of one id are a mistake. */
void index_build(const Law *law, const Doc sides[SIDES], Arena *a, Mistakes *m, Index *out);
Doc item_doc(const LawItem *it, Arena *a, Mistakes *m);

/* Every mistake of the document; with `x` also names that refer to nothing. */
void shape_check(const Doc *d, const Index *x, const Type *type);
/* As a part of a document: the value at that path. */
void shape_walk(const Doc *d, const Index *x, const Type *type, const json_t *v, Str path);
/* words "a b c" one by one; false at the end. */
bool words_next(const char **words, Str *out);
bool words_have(const char *words, Str word);
/* Is this an id of the format? Sources may have ':' and capitals. */
bool id_is_good(Str id, bool source);

extern const Type law_file_types[LAW_KINDS]; /* of the files in the folders */
extern const Type sources_file, classes_file, facts_file, authorities_file, counting_file, overlay_file;
extern const Type law_value_types[]; /* in the order of law_fact_types */
extern const char law_fact_types[];  /* words */
extern const char law_units[], law_statuses[], law_measures[], law_verdicts[];
const Type *value_type(Str fact_type); /* NULL */

#endif
