#pragma once
// Streams: a command's stdin, stdout and stderr, made here, inside. The far ends go out to the
// client; nothing that belongs to the client ever comes in, because files, terminals and
// sockets of the caller were shown to be abusable from inside.
#include <cstddef>

#include "handle.hpp"
#include "passwd.hpp"
#include "wire/frame.hpp"

namespace sandbox::agent {

struct Streams {
  Handle input, output, error;  ///< the command's; an empty one is /dev/null
  Handle far[3];                ///< the client's, in the order of the frame `streams`
  std::size_t far_count = 0;
  Handle kept;  ///< the agent's own: the terminal, or the output of a detached command
};

enum class Input { none, pipe };

// Each returns 0 or an errno. The ends belong to the account, so that /dev/stdout opens.

int make_pipes(Input input, const Account& account, Streams& out);
int make_terminal(const wire::TerminalSize& size, const Account& account, Streams& out);
/// stdout and stderr go to one unnamed file; `kept` reads it.
int make_log(const Account& account, Streams& out);

/// Only what a transfer needs: bytes in (put) or bytes out (get), or both.
int make_one_pipe(Input input, Streams& out);
int make_two_pipes(Streams& out);

void resize_terminal(int terminal, const wire::TerminalSize& size);

}  // namespace sandbox::agent
