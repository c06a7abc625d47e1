/* The handlers of VM exits that vmx/exits.def names, except handle_stop() in vmx/exit/exit.c. */
#ifndef VMX_EXIT_HANDLE_H
#define VMX_EXIT_HANDLE_H

#include "vmx/exit/action.h"
#include "vmx/exit/vcpu.h"

/* Events: vmx/exit/handle_event.c */
enum exit_action handle_exception_or_nmi(struct vcpu *vcpu);
enum exit_action handle_triple_fault(struct vcpu *vcpu);
enum exit_action handle_init_signal(struct vcpu *vcpu);
enum exit_action handle_sipi(struct vcpu *vcpu);
enum exit_action handle_ept_violation(struct vcpu *vcpu);
enum exit_action handle_ept_misconfiguration(struct vcpu *vcpu);
enum exit_action handle_instruction_timeout(struct vcpu *vcpu);

/* Interrupts and HLT: vmx/exit/handle_interrupt.c */
enum exit_action handle_external_interrupt(struct vcpu *vcpu);
enum exit_action handle_interrupt_window(struct vcpu *vcpu);
enum exit_action handle_nmi_window(struct vcpu *vcpu);
enum exit_action handle_hlt(struct vcpu *vcpu);

/* vmx/exit/handle_apic.c, vmx/exit/budget.c, vmx/exit/step.c, vmx/exit/page_log.c */
enum exit_action handle_tpr_below_threshold(struct vcpu *vcpu);
enum exit_action handle_apic_access(struct vcpu *vcpu);
enum exit_action handle_preemption_timer(struct vcpu *vcpu);
enum exit_action handle_monitor_trap_flag(struct vcpu *vcpu);
enum exit_action handle_page_modification_log_full(struct vcpu *vcpu);

/* vmx/exit/handle_cpuid.c, handle_cr.c, handle_dr.c, handle_task.c, handle_descriptor.c (two),
 * handle_io.c, handle_msr.c (two), handle_vmcall.c */
enum exit_action handle_cpuid(struct vcpu *vcpu);
enum exit_action handle_cr_access(struct vcpu *vcpu);
enum exit_action handle_dr_access(struct vcpu *vcpu);
enum exit_action handle_task_switch(struct vcpu *vcpu);
enum exit_action handle_gdtr_idtr(struct vcpu *vcpu);
enum exit_action handle_ldtr_tr(struct vcpu *vcpu);
enum exit_action handle_io_instruction(struct vcpu *vcpu);
enum exit_action handle_rdmsr(struct vcpu *vcpu);
enum exit_action handle_wrmsr(struct vcpu *vcpu);
enum exit_action handle_vmcall(struct vcpu *vcpu);

/* Others: vmx/exit/handle_misc.c. The first four serve several reasons each. */
enum exit_action handle_skip(struct vcpu *vcpu);
enum exit_action handle_resume(struct vcpu *vcpu);
enum exit_action handle_ud(struct vcpu *vcpu);
enum exit_action handle_gp(struct vcpu *vcpu);
enum exit_action handle_vmxon(struct vcpu *vcpu);
enum exit_action handle_xsetbv(struct vcpu *vcpu);
enum exit_action handle_rdtsc(struct vcpu *vcpu);
enum exit_action handle_rdtscp(struct vcpu *vcpu);
enum exit_action handle_invlpg(struct vcpu *vcpu);
enum exit_action handle_invpcid(struct vcpu *vcpu);
enum exit_action handle_rdrand(struct vcpu *vcpu);
enum exit_action handle_rdseed(struct vcpu *vcpu);
enum exit_action handle_user_wait(struct vcpu *vcpu);

#endif
