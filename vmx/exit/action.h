/* What a handler decides about a VM exit. */
#ifndef VMX_EXIT_ACTION_H
#define VMX_EXIT_ACTION_H

enum exit_action {
    EXIT_RESUME, /* enter the guest again where it was */
    EXIT_SKIP,   /* enter it again after the instruction */
    EXIT_REPEAT, /* enter it again at the instruction, one iteration of which is done */
    EXIT_STOP,   /* the guest is done, or did something that nothing asked for */
};

#endif
