/* net_test.c -- a net out of JSON and out of two tables is the same net; every mistake by its path. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "net/net.h"

static int setup(void **state)
{
    static Arena a;
    arena_init(&a, 256 << 20);
    *state = &a;
    return 0;
}

static int teardown(void **state)
{
    arena_done(*state);
    return 0;
}

static const char json[] =
    "{\"format\":\"kaname-net/1\",\"title\":\"t\",\"nodes\":["
    "{\"id\":\"power\",\"title\":\"電力 <A&B>\",\"kind\":\"system\",\"chance\":0.01,\"repair\":{\"low\":4,\"mode\":12,\"high\":48},\"black_start\":true,\"needs\":[{\"of\":[\"phone\"],\"buffer\":8}]},"
    "{\"id\":\"phone\",\"repair\":6,\"users\":120000,\"service\":\"other\",\"needs\":[{\"of\":[\"power\"],\"buffer\":4,\"cost\":1000000},{\"of\":[\"isp1\",\"isp2\",\"power\"],\"fails_when\":2}]},"
    "{\"id\":\"isp1\"},{\"id\":\"isp2\",\"needs\":[]}]}";
static const char nodes_csv[] = "\xef\xbb\xbfid,title,kind,chance,repair_low,repair,repair_high,black_start,users,service\r\npower,電力 <A&B>,system,0.01,4,12,48,true,,\r\nphone,,,,,6,,0,120000,other\r\n\r\nisp1\r\n\"isp2\",,,,,,,,,\r\n";
static const char edges_csv[] = "node,supplier,group,fails_when,buffer,cost\nphone,power,,any,4,1000000\nphone,isp1,lines,2,,\npower,phone,,,8,\nphone,isp2,lines,,,\nphone,power,lines,2,,\n";

static Str graph(Arena *a, const Net *net)
{
    Buf b;
    buf_init(&b, a, 4096);
    net_graphml(net, &b);
    return buf_str(&b);
}

static void both_ways_the_same(void **state)
{
    Arena *a = *state;
    Net x, y;
    assert_int_equal(net_read(a, str_of(json), &x).kind, OK);
    Err e = net_read_csv(a, str_of(nodes_csv), str_of(edges_csv), &y);
    if (e.mistakes) fail_msg("%s: %s", e.mistakes->list[0].path.s, e.mistakes->list[0].text.in[EN].s);
    assert_true(x.net.nodes_n == 4 && x.net.needs_n == 3 && x.net.suppliers_n == 5);
    assert_memory_equal(x.net.nodes, y.net.nodes, 4 * sizeof *x.net.nodes);
    assert_memory_equal(x.net.needs, y.net.needs, 3 * sizeof *x.net.needs);
    assert_memory_equal(x.net.suppliers, y.net.suppliers, 5 * sizeof *x.net.suppliers);
    assert_string_equal(graph(a, &x).s, graph(a, &y).s);
    assert_non_null(strstr(graph(a, &x).s, "<data key=\"title\">電力 &lt;A&amp;B&gt;</data>"));
    const CascadeNode *power = &x.net.nodes[0], *phone = &x.net.nodes[1];
    assert_true(power->chance == 0.01 && power->repair_low == 4 && power->repair_high == 48 && power->black_start && phone->repair_low == 6 && phone->repair_high == 6 && phone->users == 120000);
    assert_true(x.repair_given[0] && x.repair_given[1] && !x.repair_given[2]);
    assert_true(phone->first == 1 && phone->n == 2 && x.net.needs[1].buffer == 4 && x.net.needs[2].k == 2 && x.net.needs[2].n == 3);
    assert_true(x.cost[1] == 1000000 && isnan(x.cost[2]) && y.cost[1] == 1000000 && isnan(y.cost[2]));
    assert_true(str_eqc(x.titles[1], "phone") && str_eqc(x.services[1], "other") && !x.services[0].n);
}

/* Each document has this mistake, at this path, and none besides. */
static void mistakes_by_path(void **state)
{
    static const struct { const char *json, *path, *code; } bad[] = {
        {"{\"nodes\":[{\"id\":\"a\"}]}", "format", "required"}, {"{\"format\":\"kaname-net/2\",\"nodes\":[{\"id\":\"a\"}]}", "format", "choice"}, {"{\"format\":\"kaname-net/1\",\"nodes\":[]}", "nodes", "type"},
        {"{\"format\":\"kaname-net/1\",\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\"},{\"id\":\"a\"}]}", "nodes[2].id", "unique"},
        {"{\"format\":\"kaname-net/1\",\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\",\"needs\":[{\"of\":[\"a\",\"c\"]}]}]}", "nodes[1].needs[0].of[1]", "reference"},
        {"{\"format\":\"kaname-net/1\",\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\",\"needs\":[{\"of\":[\"a\",\"a\"]}]}]}", "nodes[1].needs[0].of[1]", "unique"},
        {"{\"format\":\"kaname-net/1\",\"nodes\":[{\"id\":\"a\"},{\"id\":\"b\",\"needs\":[{\"of\":[\"a\"],\"fails_when\":2}]}]}", "nodes[1].needs[0].fails_when", "range"},
        {"{\"format\":\"kaname-net/1\",\"nodes\":[{\"id\":\"a\"}],\"causes\":[{\"id\":\"q\",\"chance\":0.1,\"hits\":[{\"node\":\"a\"},{\"node\":\"a\"}]}]}", "causes[0].hits[1].node", "unique"},
        {"{\"format\":\"kaname-net/1\",\"nodes\":[{\"id\":\"a\"}],\"scenarios\":[{\"id\":\"s\",\"hits\":[\"b\"]}]}", "scenarios[0].hits[0]", "reference"},
        {"{\"format\":\"kaname-net/1\",\"nodes\":[{\"id\":\"a\"}],\"sectors\":{\"names\":[\"x\",\"y\"],\"a\":[[0,1],[1,0]],\"shock\":[0,0]}}", "sectors.a", "range"},
        {"{\"format\":\"kaname-net/1\",\"nodes\":[{\"id\":\"a\"}],\"sectors\":{\"names\":[\"x\",\"y\"],\"a\":[[0,1],[1]],\"shock\":[0,0]}}", "sectors.a[1]", "length"},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        Net net;
        Err e = net_read(*state, str_of(bad[i].json), &net);
        assert_int_equal(e.kind, ERR_MISTAKES);
        assert_string_equal(e.mistakes->list[0].path.s, bad[i].path);
        assert_string_equal(e.mistakes->list[0].code, bad[i].code);
        assert_int_equal(e.mistakes->n, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(both_ways_the_same), cmocka_unit_test(mistakes_by_path)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
