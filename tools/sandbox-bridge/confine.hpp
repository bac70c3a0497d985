#pragma once
// Confine: what the host end gives up. It reads what a hostile guest says, and needs nothing
// but the descriptors that it has and those that it is handed.
namespace sandbox::bridge {

/// A channel has a descriptor, and a stream that is on its way to a client has another one.
bool raise_descriptor_limit();

/// Never to be looked into, dead with the supervisor, and held to a list of system calls. False
/// when this kernel cannot.
bool confine();

}  // namespace sandbox::bridge
