#pragma once
// What a virtual machine is made of, from the store: kernel, image and disk, each made once and kept
// under the hash of what determined it.
#include "config/config.hpp"
#include "life/launch.hpp"
#include "life/plan.hpp"

namespace sandbox::life {

/// Whether this sandbox is to be one: what the caller says, then the configuration.
bool wants_vm(const config::Config& config, const LaunchRequest& request);
/// And what the image holds. Throws Error(input) when that is a machine and the caller wants none.
bool wants_vm(const config::Config& config, const LaunchRequest& request, const record::Image& image);

/// What a copy of this machine must have in common with it.
record::SavedMachine shape_to_save(const engine::Spec& spec);

/// Throws Error(host) when there are doors: for a machine without a cable.
void check_cable(const doors::Rules& rules);

/// Fills in `plan.spec.vm`. The limits are complete. Throws Error(input) for what only a container can
/// have and for what the machine in the image is not, Error(host) when a program or the kernel's image is missing.
void plan_vm(Plan& plan, const store::Store& store, const config::Config& config, const LaunchRequest& request, const record::Image& image);

}  // namespace sandbox::life
