/* Prints docs/audit.md: every rule of the audit, from the table that the audit itself is made of,
 * and which processors were seen to enforce it.
 *
 * usage: audit-doc tests/evidence/PROCESSOR.txt ...
 *
 * Each file holds the `fuzz: rule=` lines of a boot with guest=fuzz count=0 on that processor. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vmx/audit.h"

enum {
    PROCESSORS_MAX = 32,
    LINE_MAX_LENGTH = 256,
};

enum seen {
    NOT_TRIED, /* the processor lacks what the rule is about, or would not survive the try */
    ENFORCED,
    DEVIATED,
};

static struct processor {
    char name[64];
    enum seen seen[AUDIT_RULES];
} processors[PROCESSORS_MAX];
static unsigned processor_count;

static int rule_named(const char *name)
{
    for (int i = 0; i < (int)AUDIT_RULES; i++) {
        if (strcmp(audit_rules[i].id, name) == 0)
            return i;
    }
    return -1;
}

/* "tests/evidence/tigerlake.txt" is about tigerlake. */
static void name_processor(struct processor *processor, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    (void)snprintf(processor->name, sizeof processor->name, "%.*s", (int)strcspn(base, "."), base);
}

/* The number after "key=" in line; 0 where there is none. */
static unsigned long number_of(const char *line, const char *key)
{
    const char *at = strstr(line, key);
    return at ? strtoul(at + strlen(key), NULL, 10) : 0;
}

static bool read_evidence(struct processor *processor, const char *path)
{
    char line[LINE_MAX_LENGTH], name[128];
    FILE *file = fopen(path, "r");
    if (!file) {
        perror(path);
        return false;
    }
    name_processor(processor, path);
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "fuzz: rule=%127s", name) != 1)
            continue;
        unsigned long tried = number_of(line, " tried="), agreed = number_of(line, " agreed=");
        int rule = rule_named(name);
        if (rule >= 0 && tried > 0)
            processor->seen[rule] = agreed == tried ? ENFORCED : DEVIATED;
    }
    (void)fclose(file);
    return true;
}

static const char *answer_of(enum audit_area area)
{
    switch (area) {
    case AREA_BLOCKED:
        return "error 26";
    case AREA_CONTROL:
        return "error 7";
    case AREA_HOST:
        return "error 8";
    case AREA_GUEST:
        return "exit 33, qualification 0";
    case AREA_PDPTE:
        return "exit 33, qualification 2";
    case AREA_NMI:
        return "exit 33, qualification 3";
    case AREA_LINK:
        return "exit 33, qualification 4";
    case AREA_MSR_LOAD:
        return "exit 34";
    case AREA_WARNING:
        break;
    }
    return "enters (a warning)";
}

static unsigned count_seen(unsigned rule, enum seen seen)
{
    unsigned count = 0;
    for (unsigned i = 0; i < processor_count; i++)
        count += processors[i].seen[rule] == seen;
    return count;
}

static void print_names(unsigned rule, enum seen seen)
{
    const char *separator = "";
    for (unsigned i = 0; i < processor_count; i++) {
        if (processors[i].seen[rule] == seen) {
            printf("%s%s", separator, processors[i].name);
            separator = ", ";
        }
    }
}

/* Who was seen to enforce it; the shorter list is the one that is printed. */
static void print_seen(unsigned rule)
{
    unsigned enforced = count_seen(rule, ENFORCED), deviated = count_seen(rule, DEVIATED);
    if (audit_rules[rule].area == AREA_WARNING)
        printf("no processor checks it");
    else if (enforced == 0 && deviated == 0)
        printf("not tried");
    else if (enforced == 0)
        printf("**none** of %u", deviated);
    else if (deviated == 0)
        printf("all %u tried", enforced);
    else {
        printf("%u, but not ", enforced);
        print_names(rule, DEVIATED);
    }
}

static void print_rules(void)
{
    printf("| rule | SDM | field | asks for | broken, the processor answers | enforced by |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        const struct audit_rule *rule = &audit_rules[i];
        printf("| %s | §%s | %s | %s | %s | ", rule->id, rule->section,
               audit_field_name(rule), rule->why, answer_of(rule->area));
        print_seen(i);
        printf(" |\n");
    }
}

static void print_unenforced(void)
{
    printf(
        "\n## Enforced by no processor at hand\n\n"
        "These stand on the manual alone. Not tried: no processor here has what the rule is about, "
        "its\nvector breaks another rule of a smaller processor first, or the machine would not "
        "survive the try.\n\n");
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        if (audit_rules[i].area != AREA_WARNING && count_seen(i, ENFORCED) == 0)
            printf("- %s: %s\n", audit_rules[i].id,
                   count_seen(i, DEVIATED) ? "deviates" : "not tried");
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (processor_count == PROCESSORS_MAX) {
            (void)fprintf(stderr, "audit-doc: more than %d processors\n", PROCESSORS_MAX);
            return EXIT_FAILURE;
        }
        if (!read_evidence(&processors[processor_count++], argv[i]))
            return EXIT_FAILURE;
    }
    printf(
        "# The rules of the audit\n\n"
        "Made by `make docs` from `vmx/rules.def`; do not edit. Sections are those of SDM Volume "
        "3C, order\nnumber 325384-077US. The last column is what was measured: each rule's failing "
        "vector was\nentered on %u processor models of Bochs 2.7 (`make evidence`). How a "
        "processor "
        "differs from the\nmanual is in `tests/deviations.def`, with its reason.\n\n",
        processor_count);
    print_rules();
    print_unenforced();
    return EXIT_SUCCESS;
}
