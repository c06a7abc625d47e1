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

#include "vmx/audit/audit.h"

enum {
    PROCESSORS_MAX = 26, /* a letter each */
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

/* A processor's letter in the table. */
static int letter_of(unsigned processor)
{
    return (int)('A' + processor);
}

static void print_letters(unsigned rule, enum seen seen)
{
    for (unsigned i = 0; i < processor_count; i++) {
        if (processors[i].seen[rule] == seen)
            (void)putchar(letter_of(i));
    }
}

/* Who was seen to enforce it, and who was seen not to. */
static void print_seen(unsigned rule)
{
    unsigned enforced = count_seen(rule, ENFORCED), deviated = count_seen(rule, DEVIATED);
    if (audit_rules[rule].area == AREA_WARNING)
        printf("no processor checks it");
    else if (enforced == 0 && deviated == 0)
        printf("not tried");
    else if (enforced == 0)
        printf("**none**");
    print_letters(rule, ENFORCED);
    if (deviated > 0) {
        printf("; not ");
        print_letters(rule, DEVIATED);
    }
}

static void print_key(void)
{
    printf("| letter | processor |\n| --- | --- |\n");
    for (unsigned i = 0; i < processor_count; i++)
        printf("| %c | %s |\n", letter_of(i), processors[i].name);
    printf("\n");
}

static void print_rules(void)
{
    printf("| rule | SDM | field | requires | processor's answer if broken | enforced by |\n"
           "| --- | --- | --- | --- | --- | --- |\n");
    for (unsigned i = 0; i < AUDIT_RULES; i++) {
        const struct audit_rule *rule = &audit_rules[i];
        printf("| %s | §%s | %s | %s | %s | ", rule->id, rule->section, audit_field_name(rule),
               rule->why, answer_of(rule->area));
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

/* What a processor checks at a VM entry and no rule asks. */
static const struct {
    const char *section, *what, *why;
} not_asked[] = {
    {"26.1", "VMX operation, CPL 0, and a current VMCS that is no shadow VMCS",
     "these are not about what the VMCS holds; Trapline sees to them"},
    {"26.1", "the current VMCS is clear for VMLAUNCH and launched for VMRESUME (errors 4 and 5)",
     "the launch state is the processor's own note in the VMCS region and no field"},
    {"26.2.1.1", "LOAD_IA32_RTIT_CTL is 0 while Intel PT traces",
     "whether it traces is a state of the processor, of which a VMCS says nothing; no processor "
     "at hand has Intel PT to try it on"},
    {"26.2.1.3",
     "the executive-VMCS pointer and its VMCS, for entries that return from SMM (errors 16 to 18, "
     "25)",
     "met under dual-monitor treatment of SMM alone, which Trapline does not activate"},
    {"26.2.4",
     "a processor outside IA-32e mode has HOST_ADDRESS_SPACE_SIZE and IA_32E_MODE_GUEST 0",
     "the processor is taken to be in IA-32e mode"},
    {"26.3.1.5", "what entry to SMM asks of activity state and interruptibility",
     "ENTRY_TO_SMM outside SMM is refused before: ENTRY_TO_SMM_OUTSIDE_SMM"},
    {"26.3.1.1",
     "bits of IA32_DEBUGCTL, IA32_PERF_GLOBAL_CTRL, IA32_RTIT_CTL, IA32_LBR_CTL and others that "
     "are reserved on some processors only",
     "no VMX capability MSR tells; the rules ask for bits that are reserved on every processor"},
    {"26.3.1.5", "bits 16 (RTM) and 11 (bus lock) of the pending debug exceptions exist",
     "no VMX capability MSR tells"},
    {"26.2.1", "physical addresses leave out the key bits that IA32_TME_ACTIVATE reserves",
     "the width is that of CPUID 80000008H; no processor at hand has memory encryption"},
    {"26.4", "WRMSR takes the value of each entry of the VM-entry MSR-load area",
     "asked of the MSRs of which every processor asks the same (vmx/audit/rules_msr.c)"},
};

static void print_not_asked(void)
{
    printf("\n## Not asked, and why\n\n| SDM | what a processor checks | why there is no rule |\n"
           "| --- | --- | --- |\n");
    for (size_t i = 0; i < sizeof not_asked / sizeof not_asked[0]; i++)
        printf("| §%s | %s | %s |\n", not_asked[i].section, not_asked[i].what, not_asked[i].why);
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
        "Made by `make docs` from `vmx/audit/rules.def`; do not edit. Sections are those of SDM "
        "Volume "
        "3C, order\nnumber 325384-077US.\n\n"
        "The last column is what was measured: each rule's failing vector was entered on these "
        "processors\n(models of Bochs 2.7, `make evidence`; KVM of Linux 6.1 on one of them, `make "
        "evidence-kvm`), and a\nletter says that this one refused it as the manual says. How a "
        "processor differs from the manual\nis in `vmx/audit/deviations.def`, with its "
        "reason.\n\n");
    print_key();
    print_rules();
    print_unenforced();
    print_not_asked();
    return EXIT_SUCCESS;
}
