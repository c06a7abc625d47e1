/* Tests the parser of the kernel command line. */
#include "kernel/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/bits.h"
#include "tests/unit/unit.h"

static struct options options;
static struct option_error error;
static char *line;

static int free_line(void **state)
{
    (void)state;
    free(line);
    line = NULL;
    return 0;
}

/* Parses a copy of the line. The copy stays allocated, because the parsed words point into it. Its
 * exact size makes the sanitizer see reads beyond its end. */
static bool parse(const char *command_line)
{
    (void)free_line(NULL);
    line = malloc(strlen(command_line) + 1);
    assert_non_null(line);
    strcpy(line, command_line);
    memset(&options, 0xa5, sizeof options);
    memset(&error, 0xa5, sizeof error);
    return options_parse(line, "hlt flat fuzz", &options, &error);
}

static void assert_good(const char *command_line)
{
    if (!parse(command_line))
        fail_msg("%s: refused", command_line);
    assert_int_equal(error.word.length, 0);
    assert_null(error.option);
}

static const char *explanation(void)
{
    static char text[1024];
    struct out_buffer buffer;
    out_buffer_init(&buffer, text, sizeof text);
    options_explain(&error, &buffer.out);
    return text;
}

static void assert_word(struct text word, const char *expected)
{
    assert_int_equal(word.length, strlen(expected));
    assert_memory_equal(word.at, expected, word.length);
}

/* A known word with an invalid value. */
static void assert_malformed(const char *command_line, const char *word, const char *expected)
{
    if (parse(command_line))
        fail_msg("%s: accepted", command_line);
    assert_word(error.word, word);
    assert_non_null(error.option);
    if (!strstr(explanation(), expected) || strncmp(explanation(), word, strlen(word)) != 0)
        fail_msg("%s: wrong explanation: %s", command_line, explanation());
}

static void assert_unknown(const char *command_line, const char *word)
{
    if (parse(command_line))
        fail_msg("%s: accepted", command_line);
    assert_word(error.word, word);
    assert_null(error.option);
}

static void assert_defaults(void)
{
    assert_int_equal(options.serial.kind, SERIAL_AUTO);
    assert_int_equal(options.serial.baud, 0);
    assert_int_equal(options.guest, 0);
    assert_int_equal(options.end, END_DEFAULT);
    assert_int_equal(options.audit, AUDIT_STOP);
    assert_int_equal(options.pages, 100);
    assert_int_equal(options.exits, 100);
    assert_int_equal(options.repeat, 1);
    assert_int_equal(options.count, 1000);
    assert_int_equal(options.seed, 1);
    assert_int_equal(options.trace, TRACE_AUTO);
    assert_int_equal(options.trace_live, UINT64_MAX);
    assert_int_equal(options.records, 1024);
    assert_int_equal(options.step, 0);
    assert_int_equal(options.budget, 60000);
    assert_int_equal(options.checksum, 0);
    assert_int_equal(options.beyond, BEYOND_STOP);
    assert_int_equal(options.vmx, VMX_HIDDEN);
    assert_int_equal(options.grants.ports, 0);
    assert_int_equal(options.grants.msrs, 0);
    assert_int_equal(options.override_count, 0);
}

static void an_empty_line_gives_the_defaults(void **state)
{
    (void)state;
    assert_good("");
    assert_defaults();
    assert_good(" \t  ");
    assert_defaults();
}

static void all_at_once(void **state)
{
    (void)state;
    assert_good("serial=0x2f8,9600 guest=fuzz end=poweroff audit=warn pages=7 exits=8 repeat=9 "
                "count=10 seed=11");
    assert_int_equal(options.serial.at.address, 0x2f8);
    assert_int_equal(options.serial.baud, 9600);
    assert_int_equal(options.guest, 2);
    assert_int_equal(options.end, END_POWEROFF);
    assert_int_equal(options.audit, AUDIT_WARN);
    assert_int_equal(options.pages, 7);
    assert_int_equal(options.exits, 8);
    assert_int_equal(options.repeat, 9);
    assert_int_equal(options.count, 10);
    assert_int_equal(options.seed, 11);
}

/* Each word changes only its member. */
static void one_at_a_time(void **state)
{
    static const char *const words[] = {"pages=3", "exits=3", "repeat=3", "count=3", "seed=3"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        assert_good(words[i]);
        assert_int_equal(options.pages, i == 0 ? 3 : 100);
        assert_int_equal(options.exits, i == 1 ? 3 : 100);
        assert_int_equal(options.repeat, i == 2 ? 3 : 1);
        assert_int_equal(options.count, i == 3 ? 3 : 1000);
        assert_int_equal(options.seed, i == 4 ? 3 : 1);
    }
}

static void kinds_of_guests(void **state)
{
    (void)state;
    assert_good("guest=hlt");
    assert_int_equal(options.guest, 0);
    assert_good("guest=fuzz");
    assert_int_equal(options.guest, 2);
}

/* The choices of kernel/options.def. The caller of options_parse() has the kinds of guests. */
static const struct {
    const char *name, *values;
    size_t member;
} choices[] = {
#define GUESTS                                 ""
#define CHOICE(name, values, initial, meaning) {#name, values, offsetof(struct options, name)},
#define NUMBER(name, least, most, initial, meaning)
#define FORM(name, form, initial, meaning)
#define PREFIX(beginning, form, meaning)
#include "kernel/options.def"
#undef GUESTS
#undef CHOICE
#undef NUMBER
#undef FORM
#undef PREFIX
};

static const struct meaning {
    const char *word;
    uint64_t value;
} meanings[] = {
    {"screen=on", SCREEN_ON},
    {"screen=off", SCREEN_OFF},
    {"mode=real", GUEST_REAL},
    {"mode=32", GUEST_32},
    {"mode=64", GUEST_64},
    {"audit=stop", AUDIT_STOP},
    {"audit=warn", AUDIT_WARN},
    {"audit=off", AUDIT_OFF},
    {"below=processor", BELOW_PROCESSOR},
    {"below=bochs", BELOW_BOCHS},
    {"vmx=hidden", VMX_HIDDEN},
    {"vmx=shown", VMX_SHOWN},
    {"beyond=stop", BEYOND_STOP},
    {"beyond=fault", BEYOND_FAULT},
    {"end=halt", END_HALT},
    {"end=reboot", END_REBOOT},
    {"end=poweroff", END_POWEROFF},
    {"end=debugexit", END_DEBUGEXIT},
};

static uint64_t meaning_of(const char *word)
{
    for (size_t i = 0; i < ARRAY_COUNT(meanings); i++) {
        if (strcmp(meanings[i].word, word) == 0)
            return meanings[i].value;
    }
    fail_msg("%s: the test does not know this value", word);
    return 0;
}

/* The table has the values as text, in the order of their enumerators. */
static void each_value_is_its_enumerator(void **state)
{
    size_t tried = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(choices); i++) {
        const uint64_t *member = (const uint64_t *)((const char *)&options + choices[i].member);
        char values[64], word[64];
        snprintf(values, sizeof values, "%s", choices[i].values);
        for (char *value = strtok(values, " "); value; value = strtok(NULL, " ")) {
            snprintf(word, sizeof word, "%s=%s", choices[i].name, value);
            assert_good(word);
            if (*member != meaning_of(word))
                fail_msg("%s: parsed as %llu", word, (unsigned long long)*member);
            tried++;
        }
    }
    assert_int_equal(tried, ARRAY_COUNT(meanings));
}

static void ports_and_msrs(void **state)
{
    (void)state;
    assert_good("ports=0x20-0x21,0x40 msrs=0x1b");
    assert_int_equal(options.grants.ports, 2);
    assert_int_equal(options.grants.port[0].first, 0x20);
    assert_int_equal(options.grants.port[0].last, 0x21);
    assert_int_equal(options.grants.port[1].first, 0x40);
    assert_int_equal(options.grants.port[1].last, 0x40);
    assert_int_equal(options.grants.msrs, 1);
    assert_int_equal(options.grants.msr[0].first, 0x1b);
    assert_malformed("ports=", "ports=", "0xffff");
    assert_malformed("msrs=0x2000", "msrs=0x2000", "0xc0001fff");
}

static void wrong_choices(void **state)
{
    (void)state;
    assert_malformed("guest=linux", "guest=linux", "hlt");
    assert_malformed("guest=", "guest=", "hlt");
    assert_malformed("guest", "guest", "hlt");
    assert_malformed("guest=hl", "guest=hl", "hlt");
    assert_malformed("guest=hltx", "guest=hltx", "hlt");
    assert_malformed("guest=HLT", "guest=HLT", "hlt");
    assert_malformed("end=", "end=", "poweroff");
    assert_malformed("end=default", "end=default", "poweroff");
    assert_malformed("end=0", "end=0", "debugexit");
    assert_malformed("vmx=on", "vmx=on", "hidden or shown");
    assert_malformed("beyond=", "beyond=", "stop or fault");
    assert_malformed("screen=no", "screen=no", "on or off");
    assert_malformed("audit=on", "audit=on", "warn");
    assert_malformed("audit", "audit", "warn");
}

/* The minimum and maximum of each number, and the numbers just outside them. */
static void numbers_have_bounds(void **state)
{
    static const struct {
        const char *name;
        size_t member;
        uint64_t least, most;
    } numbers[] = {
        {"pages", offsetof(struct options, pages), 1, 131072},
        {"exits", offsetof(struct options, exits), 1, UINT32_MAX},
        {"repeat", offsetof(struct options, repeat), 1, 1000000},
        {"count", offsetof(struct options, count), 0, 1000000000},
        {"seed", offsetof(struct options, seed), 0, UINT64_MAX},
        {"records", offsetof(struct options, records), 1, 1048576},
        {"step", offsetof(struct options, step), 0, UINT64_MAX},
        {"checksum", offsetof(struct options, checksum), 0, 1},
        {"budget", offsetof(struct options, budget), 0, 86400000},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(numbers); i++) {
        char word[64], expected[64];
        const uint64_t *member = (const uint64_t *)((const char *)&options + numbers[i].member);
        const uint64_t good[] = {numbers[i].least, numbers[i].least + 1, numbers[i].most - 1,
                                 numbers[i].most};
        for (size_t j = 0; j < ARRAY_COUNT(good); j++) {
            snprintf(word, sizeof word, "%s=%llu", numbers[i].name, (unsigned long long)good[j]);
            assert_good(word);
            assert_int_equal(*member, good[j]);
            snprintf(word, sizeof word, "%s=0x%llx", numbers[i].name, (unsigned long long)good[j]);
            assert_good(word);
            assert_int_equal(*member, good[j]);
        }
        snprintf(expected, sizeof expected, "from %llu to %llu",
                 (unsigned long long)numbers[i].least, (unsigned long long)numbers[i].most);
        if (numbers[i].least > 0) {
            snprintf(word, sizeof word, "%s=%llu", numbers[i].name,
                     (unsigned long long)numbers[i].least - 1);
            assert_malformed(word, word, expected);
        }
        if (numbers[i].most < UINT64_MAX) {
            snprintf(word, sizeof word, "%s=%llu", numbers[i].name,
                     (unsigned long long)numbers[i].most + 1);
            assert_malformed(word, word, expected);
        }
        snprintf(word, sizeof word, "%s=18446744073709551616", numbers[i].name);
        assert_malformed(word, word, expected);
    }
}

static void numbers_are_whole_words(void **state)
{
    static const char *const words[] = {
        "exits",     "exits=",   "exits=x",   "exits=1x", "exits=-1",   "exits=+1", "exits=0x",
        "exits=1.5", "exits==1", "exits=1=1", "exits=1,", "exits=0X10", "exits=1k"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        assert_malformed(words[i], words[i], "a number from 1 to 4294967295");
}

static void assert_port(const char *word, uint64_t address, uint32_t baud)
{
    assert_good(word);
    assert_int_equal(options.serial.kind, SERIAL_AT);
    assert_int_equal(options.serial.at.space, SERIAL_PORTS);
    assert_int_equal(options.serial.at.address, address);
    assert_int_equal(options.serial.at.stride, 1);
    assert_int_equal(options.serial.baud, baud);
}

static void assert_kind(const char *word, enum serial_kind kind, uint32_t baud)
{
    assert_good(word);
    assert_int_equal(options.serial.kind, kind);
    assert_int_equal(options.serial.baud, baud);
}

static void serial_ports(void **state)
{
    static const uint32_t bauds[] = {300,  600,   1200,  1800,  2400,  4800,
                                     9600, 14400, 19200, 38400, 57600, 115200};
    (void)state;
    assert_port("serial=0x2f8", 0x2f8, 0);
    assert_port("serial=760,300", 0x2f8, 300);
    for (size_t i = 0; i < ARRAY_COUNT(bauds); i++) {
        char word[40];
        snprintf(word, sizeof word, "serial=0x3f8,%u", (unsigned)bauds[i]);
        assert_port(word, 0x3f8, bauds[i]);
    }
    /* The highest address with all eight registers below 0x10000. */
    assert_port("serial=0xfff8", 0xfff8, 0);
    assert_port("serial=1", 1, 0);
    assert_port("serial=com1", 0x3f8, 0);
    assert_port("serial=com2,9600", 0x2f8, 9600);
    assert_port("serial=com3", 0x3e8, 0);
    assert_port("serial=com4", 0x2e8, 0);
}

static void serial_ports_to_be_found(void **state)
{
    (void)state;
    assert_kind("serial=none", SERIAL_NONE, 0);
    assert_kind("serial=auto", SERIAL_AUTO, 0);
    assert_kind("serial=auto,19200", SERIAL_AUTO, 19200);
    assert_kind("serial=spcr", SERIAL_SPCR, 0);
    assert_kind("serial=pci", SERIAL_PCI, 0);
    assert_true(options.serial.any_index);
    assert_kind("serial=pci0,57600", SERIAL_PCI, 57600);
    assert_false(options.serial.any_index);
    assert_int_equal(options.serial.index, 0);
    assert_kind("serial=pci99", SERIAL_PCI, 0);
    assert_int_equal(options.serial.index, 99);
}

static void serial_ports_in_memory(void **state)
{
    static const struct {
        const char *word;
        uint64_t address;
        uint8_t stride;
    } cases[] = {
        {"serial=mem:0xfe032000", 0xfe032000, 1},   {"serial=mem:0xfe032001/1,300", 0xfe032001, 1},
        {"serial=mem:0xfe032002/2", 0xfe032002, 2}, {"serial=mem:0xfe032004/4,9600", 0xfe032004, 4},
        {"serial=mem:0xffffffe0/4", 0xffffffe0, 4},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        assert_good(cases[i].word);
        assert_int_equal(options.serial.kind, SERIAL_AT);
        assert_int_equal(options.serial.at.space, SERIAL_MEMORY);
        assert_int_equal(options.serial.at.address, cases[i].address);
        assert_int_equal(options.serial.at.stride, cases[i].stride);
        assert_int_equal(options.serial.at.width, cases[i].stride);
    }
}

static void wrong_serial_settings(void **state)
{
    static const char *const words[] = {
        "serial",           "serial=",           "serial=0",
        "serial=0xfff9",    "serial=0x103f8",    "serial=0x1000003f8",
        "serial=com",       "serial=0x3f8,",     "serial=0x3f8,0",
        "serial=0x3f8,299", "serial=0x3f8,150",  "serial=0x3f8,115201",
        "serial=0x3f8,7",   "serial=0x3f8,9601", "serial=0x3f8,230400",
        "serial=,9600",     "serial=none,9600",  "serial=0x3f8,9600,8n1",
        "serial=None",      "serial=0x3f8;9600", "serial=0x3f8,4295082496", /* 2^32 + 115200 */
        "serial=com0",      "serial=com5",       "serial=COM1",
        "serial=pci100",    "serial=pcix",       "serial=pci,",
        "serial=mem:",      "serial=mem:0",      "serial=mem:0x1001/2",
        "serial=mem:1/8",   "serial=mem:8/",     "serial=mem:0xffffffe1",
        "serial=mem:4/0",   "serial=spcr,1",     "serial=auto9600",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        assert_malformed(words[i], words[i], "auto, none, spcr, com1 to com4");
        assert_defaults();
    }
}

static void unknown_words_are_named(void **state)
{
    static const char *const words[] = {"page=1",  "pagess=1", "PAGES=1",           "=1",
                                        "=",       "debug",    "-pages=1",          "pages:1",
                                        "control", "vmcs=1",   "xvmcs.GUEST_RIP=1", "hlt"};
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        assert_unknown(words[i], words[i]);
        assert_defaults();
    }
}

/* The first mistake is reported. Valid words before and after it still count. */
static void the_first_mistake_is_reported(void **state)
{
    (void)state;
    assert_unknown("pages=2 what exits=0 repeat=5", "what");
    assert_int_equal(options.pages, 2);
    assert_int_equal(options.exits, 100);
    assert_int_equal(options.repeat, 5);
    assert_malformed("  pages=2 exits=0 what  serial=none end=?", "exits=0", "a number from 1");
    assert_int_equal(options.pages, 2);
    assert_int_equal(options.serial.kind, SERIAL_NONE);
    assert_malformed("guest=x guest=y", "guest=x", "hlt");
}

static void the_last_of_two_words_counts(void **state)
{
    (void)state;
    assert_good("pages=2 end=halt pages=3 end=reboot");
    assert_int_equal(options.pages, 3);
    assert_int_equal(options.end, END_REBOOT);
    assert_port("serial=0x2f8,9600 serial=0x3f8", 0x3f8, 0);
    assert_port("serial=none serial=0x2f8", 0x2f8, 0);
    /* A wrong word leaves the earlier value. */
    assert_malformed("pages=2 pages=0", "pages=0", "a number from 1 to 131072");
    assert_int_equal(options.pages, 2);
}

/* VMCS words are kept in order, unparsed. */
static void overrides_are_kept(void **state)
{
    (void)state;
    assert_good("vmcs.GUEST_RIP=0 pages=2 control.HLT_EXITING=0 vmcs. control.x");
    assert_int_equal(options.pages, 2);
    assert_int_equal(options.override_count, 4);
    assert_word(options.override[0], "vmcs.GUEST_RIP=0");
    assert_word(options.override[1], "control.HLT_EXITING=0");
    assert_word(options.override[2], "vmcs.");
    assert_word(options.override[3], "control.x");
}

static void overrides_are_counted(void **state)
{
    char words[2048] = "";
    (void)state;
    for (unsigned i = 0; i < 64; i++)
        strcat(words, "vmcs.GUEST_RIP=1 ");
    assert_good(words);
    assert_int_equal(options.override_count, 64);
    strcat(words, "vmcs.GUEST_RSP=2 pages=9");
    assert_malformed(words, "vmcs.GUEST_RSP=2", "64");
    assert_int_equal(options.override_count, 64);
    assert_int_equal(options.pages, 9);
}

static void names_are_listed(void **state)
{
    static const char *const names[] = {"serial", "guest", "end",  "audit",    "pages", "exits",
                                        "repeat", "count", "seed", "control.", "vmcs."};
    (void)state;
    assert_unknown("what", "what");
    const char *text = explanation();
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        assert_non_null(strstr(text, names[i]));
    assert_int_not_equal(text[strlen(text) - 1], ' ');
    assert_null(strstr(text, "  "));
}

static void explanations_are_sentences(void **state)
{
    (void)state;
    assert_malformed("guest=x", "guest=x", "guest=x: expected hlt, flat or fuzz");
    assert_malformed("vmx=", "vmx=", "vmx=: expected hidden or shown");
    assert_malformed("mem=0", "mem=0", "mem=0: expected a number from 1 to 1024");
    assert_malformed("trace=x", "trace=x", "expected auto, live, ring or a number of exits");
    assert_unknown("what=1", "what=1");
    assert_non_null(strstr(explanation(), "what=1: no such option; there are guest serial"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(an_empty_line_gives_the_defaults, free_line),
        cmocka_unit_test_teardown(all_at_once, free_line),
        cmocka_unit_test_teardown(one_at_a_time, free_line),
        cmocka_unit_test_teardown(kinds_of_guests, free_line),
        cmocka_unit_test_teardown(each_value_is_its_enumerator, free_line),
        cmocka_unit_test_teardown(ports_and_msrs, free_line),
        cmocka_unit_test_teardown(wrong_choices, free_line),
        cmocka_unit_test_teardown(numbers_have_bounds, free_line),
        cmocka_unit_test_teardown(numbers_are_whole_words, free_line),
        cmocka_unit_test_teardown(serial_ports, free_line),
        cmocka_unit_test_teardown(serial_ports_to_be_found, free_line),
        cmocka_unit_test_teardown(serial_ports_in_memory, free_line),
        cmocka_unit_test_teardown(wrong_serial_settings, free_line),
        cmocka_unit_test_teardown(unknown_words_are_named, free_line),
        cmocka_unit_test_teardown(the_first_mistake_is_reported, free_line),
        cmocka_unit_test_teardown(the_last_of_two_words_counts, free_line),
        cmocka_unit_test_teardown(overrides_are_kept, free_line),
        cmocka_unit_test_teardown(explanations_are_sentences, free_line),
        cmocka_unit_test_teardown(overrides_are_counted, free_line),
        cmocka_unit_test_teardown(names_are_listed, free_line),
    };
    return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
