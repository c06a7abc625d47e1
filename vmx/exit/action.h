/* What a handler decides about a VM exit. */
#ifndef VMX_EXIT_ACTION_H
#define VMX_EXIT_ACTION_H

enum exit_action {
    EXIT_RESUME, /* enter the guest again with RIP as it is */
    EXIT_SKIP,   /* enter the guest again after the instruction that exited */
    EXIT_REPEAT, /* enter the guest again at the next iteration of the string instruction */
    EXIT_STOP,   /* do not enter the guest again: it is done or cannot continue */
};

#endif
