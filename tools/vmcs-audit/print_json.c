/* Prints the result as a JSON document. */
#include "tools/vmcs-audit/print.h"

#include "lib/fmt.h"
#include "tools/vmcs-audit/unasked.h"

/* The state of the JSON writer. */
struct json {
    struct out *out;
    bool comma; /* a comma must precede the next element */
};

static void put_string(struct json *json, const char *string)
{
    struct out *out = json->out;
    out->put(out, '"');
    for (const char *at = string; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\') {
            fmt_print(out, "\\%c", *at);
        } else if (*at < ' ' || *at > '~') {
            /* Other bytes need not be valid UTF-8, so write them as numbers. */
            fmt_print(out, "\\u%04x", (unsigned)(unsigned char)*at);
        } else {
            out->put(out, *at);
        }
    }
    out->put(out, '"');
}

static void put_key(struct json *json, const char *key)
{
    if (json->comma)
        fmt_print(json->out, ", ");
    json->comma = true;
    if (key) {
        put_string(json, key);
        fmt_print(json->out, ": ");
    }
}

/* Begins an object or a list. key is NULL for an element of a list. */
static void open_with(struct json *json, const char *key, char bracket)
{
    put_key(json, key);
    json->out->put(json->out, bracket);
    json->comma = false;
}

static void close_with(struct json *json, char bracket)
{
    json->out->put(json->out, bracket);
    json->comma = true;
}

static void put_text(struct json *json, const char *key, const char *text)
{
    put_key(json, key);
    put_string(json, text);
}

static void put_count(struct json *json, const char *key, unsigned count)
{
    put_key(json, key);
    fmt_print(json->out, "%u", count);
}

static void put_bool(struct json *json, const char *key, bool value)
{
    put_key(json, key);
    fmt_print(json->out, "%s", value ? "true" : "false");
}

static void put_hex(struct json *json, const char *key, uint64_t value)
{
    put_key(json, key);
    fmt_print(json->out, "\"0x%llx\"", (unsigned long long)value);
}

static void put_answer(struct json *json, const char *key, struct entry_answer answer)
{
    char text[160];
    struct out_buffer words;
    out_buffer_init(&words, text, sizeof text);
    answer_print(answer, &words.out);
    put_text(json, key, text);
}

static void put_finding(struct json *json, const struct judgement *judgement, unsigned index)
{
    const struct audit_finding *finding = &judgement->audit.finding[index];
    const struct audit_rule *rule = &audit_rules[finding->rule];
    open_with(json, NULL, '{');
    put_text(json, "id", rule->id);
    put_text(json, "kind", judgement_kind(judgement, index));
    put_text(json, "sdm", rule->section);
    /* A rule about the processor has no field. */
    if (rule->field < FIELD_COUNT) {
        put_text(json, "field", field_name(field_at(rule->field)));
        put_hex(json, "encoding", field_at(rule->field).encoding);
    }
    put_hex(json, "value", finding->value);
    put_hex(json, "bits", finding->bits);
    put_text(json, "why", rule->why);
    put_text(json, "fix", rule->fix);
    put_answer(json, "answer", audit_answer(finding));
    close_with(json, '}');
}

static void put_input(struct json *json, const struct report *report)
{
    open_with(json, "input", '{');
    put_text(json, "name", report->name);
    put_text(json, "format", input_format_name(report->input->format));
    put_count(json, "vmcs_shown", report->input->shown);
    put_count(json, "fields", input_fields(report->input));
    close_with(json, '}');
    open_with(json, "processor", '{');
    put_text(json, "origin", report->caps_origin);
    put_count(json, "physical_bits", report->caps->physical_bits);
    put_count(json, "linear_bits", report->caps->linear_bits);
    open_with(json, "lacks", '[');
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (report->judgement->lacking[i])
            put_text(json, NULL, field_name(field_at(i)));
    }
    close_with(json, ']');
    close_with(json, '}');
}

static void put_unasked(struct json *json, const struct report *report)
{
    struct unasked unasked = {0};
    open_with(json, "not_asked", '[');
    while (unasked_next(report->judgement, report->caps, &unasked)) {
        char text[1024];
        struct out_buffer lacks;
        out_buffer_init(&lacks, text, sizeof text);
        unasked_print(&unasked, &lacks.out);
        open_with(json, NULL, '{');
        put_text(json, "id", audit_rules[unasked.rule].id);
        put_text(json, "sdm", audit_rules[unasked.rule].section);
        put_text(json, "lacks", text);
        put_bool(json, "could_explain", unasked_could_explain(report->judgement, &unasked));
        close_with(json, '}');
        unasked.rule++;
    }
    close_with(json, ']');
}

static void put_result(struct json *json, const struct report *report)
{
    const struct judgement *judgement = report->judgement;
    open_with(json, "findings", '[');
    for (unsigned i = 0; i < judgement->audit.failed; i++)
        put_finding(json, judgement, i);
    close_with(json, ']');
    put_count(json, "errors", judgement_errors(judgement));
    put_count(json, "warnings", judgement->audit.warnings);
    put_count(json, "refuted", judgement->refuted_count);
    put_count(json, "rules_asked", judgement->audit.checks);
    put_count(json, "rules_not_asked", judgement_not_asked(judgement));
    put_answer(json, "predicted", judgement_predict(judgement));
    put_bool(json, "refused", judgement->refused);
    if (judgement->refused)
        put_answer(json, "answered", judgement->answer);
    put_bool(json, "unexplained", judgement_unexplained(judgement));
    if (judgement_unexplained(judgement))
        put_unasked(json, report);
}

void print_json(const struct report *report, struct out *out)
{
    struct json json = {.out = out};
    open_with(&json, NULL, '{');
    put_text(&json, "program", report->program);
    put_input(&json, report);
    put_result(&json, report);
    close_with(&json, '}');
    fmt_print(out, "\n");
}
