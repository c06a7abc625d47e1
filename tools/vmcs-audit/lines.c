/* Splits text into lines. */
#include "tools/vmcs-audit/lines.h"

bool lines_next(struct lines *lines, struct text *line)
{
    if (lines->rest.length == 0)
        return false;
    lines->ended = text_split(lines->rest, '\n', line, &lines->rest);
    lines->number++;
    while (line->length > 0 && line->at[line->length - 1] == '\r')
        line->length--;
    return true;
}
