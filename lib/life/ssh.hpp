#pragma once
// SSH: how a sandbox is entered by it: an sshd of the image for each connection, keys only, with a host
// key that the sandbox alone has and that clients are told beforehand.
#include <string>
#include <vector>

#include "record/sandbox.hpp"
#include "store/store.hpp"

namespace sandbox::life {

/// One connection's server: SSH is its stdin and stdout.
std::vector<std::string> sshd_command();

/// The folder inside that holds the host key and the keys that may enter.
std::string ssh_folder();

/// Makes the host key, the first time, and lets these keys in beside those that are already. Returns
/// the public host key. Throws Error(host) when the image has no sshd or the sandbox cannot run it.
std::string prepare_ssh(const store::Store& store, const record::Sandbox& sandbox, const std::vector<std::string>& keys);

/// What a client's ssh_config(5) needs. On this host it goes by sandbox-exec and no port.
std::string ssh_config(const record::Sandbox& sandbox, const std::string& host_key);

}  // namespace sandbox::life
