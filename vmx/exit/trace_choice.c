/* Choosing by trace= and the kind of guest. */
#include "vmx/exit/trace_choice.h"

/* With trace=auto, a guest of more exits than this gets the ring: printing takes too long. */
enum { EXITS_FEW = 1000 };

struct trace_choice trace_choose(const struct options *options, bool untraced, uint64_t exits_max)
{
    switch (options->trace) {
    case TRACE_RING:
        return (struct trace_choice){true, 0};
    case TRACE_LIVE:
        break;
    case TRACE_AUTO:
        if (untraced)
            return (struct trace_choice){false, 0};
        if (exits_max > EXITS_FEW)
            return (struct trace_choice){true, 0};
        break;
    }
    return (struct trace_choice){false, options->trace_live};
}
