/* The JSON document. */
#include "tools/vmcs-audit/print.h"

#include "lib/fmt.h"

/* A JSON writer's only state: whether a comma is due. */
struct json {
    struct out *out;
    bool comma;
};

static void put_string(struct json *json, const char *string)
{
    struct out *out = json->out;
    out->put(out, '"');
    for (const char *at = string; *at != '\0'; at++) {
        if (*at == '"' || *at == '\\')
            fmt_print(out, "\\%c", *at);
        else if (*at < ' ' || *at > '~')
            /* Bytes that are not ASCII need not be UTF-8: they are kept as numbers. */
            fmt_print(out, "\\u%04x", (unsigned)(unsigned char)*at);
        else
            out->put(out, *at);
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

/* Begins an object or a list, under a key or, with NULL, as an element. */
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

static void put_finding(struct json *json, const struct audit_finding *finding)
{
    const struct audit_rule *rule = &audit_rules[finding->rule];
    struct vmcs_field field = field_at(rule->field);
    open_with(json, NULL, '{');
    put_text(json, "id", rule->id);
    put_text(json, "kind", rule->area == AREA_WARNING ? "warning" : "error");
    put_text(json, "sdm", rule->section);
    put_text(json, "field", field_name(field));
    put_hex(json, "encoding", field.encoding);
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

static void put_result(struct json *json, const struct judgement *judgement)
{
    open_with(json, "findings", '[');
    for (unsigned i = 0; i < judgement->audit.failed; i++)
        put_finding(json, &judgement->audit.finding[i]);
    close_with(json, ']');
    put_count(json, "errors", judgement_errors(judgement));
    put_count(json, "warnings", judgement->audit.warnings);
    put_count(json, "rules_asked", judgement->audit.checks);
    put_count(json, "rules_not_asked", judgement_not_asked(judgement));
    put_answer(json, "predicted", audit_predict(&judgement->audit));
    if (judgement->answered)
        put_answer(json, "answered", judgement->answer);
}

void print_json(const struct report *report, struct out *out)
{
    struct json json = {.out = out};
    open_with(&json, NULL, '{');
    put_text(&json, "program", report->program);
    put_input(&json, report);
    put_result(&json, report->judgement);
    close_with(&json, '}');
    fmt_print(out, "\n");
}
