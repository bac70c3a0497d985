#pragma once
// Tree transfer: the bodies of put_tree and get_tree, which run as those of put and get do.
namespace sandbox::agent {

/// The tree on descriptor 0 to where the transfer says; what became of it, or what went wrong
/// and where, to descriptor 1.
int receive_tree(const void* transfer);

/// What is at the transfer's path to descriptor 1, with what went wrong at its end.
int send_tree(const void* transfer);

}  // namespace sandbox::agent
