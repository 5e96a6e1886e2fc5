/* compare.c -- how the tables of a database stand to the field tables of this program, without changing them. */
#include "record/sql.h"

/* "name", or "name_hi" and the like. */
static bool is_of(Str column, const Field *f, bool *base)
{
    static const char *const suffixes[] = {"", "_hi", "_state", "_key"};
    Str name = str_of(f->name);
    if (!str_starts(column, name)) return false;
    for (size_t i = 0; i < COUNT(suffixes); i++)
        if (str_eqc(str_slice(column, name.n, column.n), suffixes[i])) return *base = i == 0, true;
    return false;
}

static bool column_known(const Field *fields, size_t n, Str column, size_t *seen)
{
    if (!str_starts(column, STR("f_"))) return true;
    column = str_slice(column, 2, column.n);
    for (size_t i = 0; i < n; i++) {
        bool base;
        if (!is_of(column, &fields[i], &base)) continue;
        *seen += base && field_is_column(&fields[i]);
        return true;
    }
    return false;
}

/* A list that belongs to a register of ours: "c_plan_" is how its table begins. Other tables may be of a pack that is not loaded. */
static bool is_ours(Arena *a, const Resources *all, Str table)
{
    for (size_t i = 0; i < all->n; i++)
        if (str_starts(table, str_printf(a, "c_%s_", all->list[i]->name))) return true;
    return false;
}

/* The fields that are the columns of a table, "r_risk" or "c_plan_measures". */
static bool table_fields(Arena *a, const Resources *all, Str table, const Field **fields, size_t *n)
{
    for (size_t i = 0; i < all->n; i++) {
        const Resource *r = all->list[i];
        *fields = r->fields, *n = r->fields_n;
        if (str_eq(table, str_printf(a, "r_%s", r->name))) return true;
        for (size_t k = 0; k < r->fields_n; k++) {
            if (r->fields[k].kind != KIND_LIST || !str_eq(table, str_printf(a, "c_%s_%s", r->name, r->fields[k].name))) continue;
            *fields = r->fields[k].fields, *n = r->fields[k].fields_n;
            return true;
        }
    }
    return false;
}

static size_t columns_wanted(const Field *fields, size_t n)
{
    size_t wanted = 0;
    for (size_t i = 0; i < n; i++)
        wanted += field_is_column(&fields[i]) + (fields[i].kind == KIND_LIST ? columns_wanted(fields[i].fields, fields[i].fields_n) : 0);
    return wanted;
}

/* A column or list that this program has no name for was made by a newer one, which would lose what stands there if this one wrote. */
Err record_schema(Db *db, Arena *a, const Resources *all, bool *older)
{
    static const char lite[] = "SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table' AND substr(m.name, 1, 2) IN ('r_', 'c_')";
    static const char pg[] = "SELECT table_name::text, column_name::text FROM information_schema.columns"
                             " WHERE table_schema = current_schema() AND substr(table_name, 1, 2) IN ('r_', 'c_')";
    Cursor c;
    size_t seen = 0, wanted = 0;
    Str strange = {0};
    db_query(db, &c, db_kind(db) == STORE_SQLITE ? lite : pg, NULL, 0);
    while (cursor_next(&c)) {
        const Field *fields;
        size_t n;
        Str table = cursor_text(&c, 0), column = cursor_text(&c, 1);
        bool found = table_fields(a, all, table, &fields, &n);
        if (found ? !column_known(fields, n, column, &seen) : is_ours(a, all, table)) strange = str_join(a, table, STR("."), column);
    }
    TRY(cursor_close(&c));
    for (size_t i = 0; i < all->n; i++)
        wanted += columns_wanted(all->list[i]->fields, all->list[i]->fields_n);
    *older = seen < wanted;
    if (!strange.n) return ERR_NONE;
    return err_text(ERR_CONFLICT, TEXT_FILL(a, "このデータは新しい版の kaname のものです（{0}）。プログラムを更新してください。", "This data belongs to a newer kaname ({0}). Update the program.", strange));
}
