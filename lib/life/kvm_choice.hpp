#pragma once
// The choice of a processor for virtual machines: the host's own where KVM starts a machine, else an emulated
// one. Found out by trying, once in each boot; the answer is kept in the store.
#include "store/store.hpp"

namespace sandbox::life {

bool kvm_works(const store::Store& store);

/// A whole machine did not start with it: no more tries in this boot.
void give_up_kvm(const store::Store& store);

}  // namespace sandbox::life
