#include "resolver.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netdb.h>

#include <algorithm>
#include <cstring>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "doors/host_name.hpp"
#include "doors/settings.hpp"

namespace sandbox::doorman {

namespace {

constexpr int kTimeoutMs = 2500, kTries = 3;
constexpr std::size_t kMaxHosts = 8 << 20;

struct Query {
  Resolver* resolver;
  std::uint64_t number;
};

}  // namespace

Resolver::Resolver(Loop& loop, const std::vector<std::string>& servers) : loop_(loop), timer_(loop) {
  ares_options options{};
  options.timeout = kTimeoutMs;
  options.tries = kTries;
  options.sock_state_cb = &Resolver::watched;
  options.sock_state_cb_data = this;
  char lookups[] = "b";  // name servers; the file of hosts is read below, once
  options.lookups = lookups;
  if (::ares_library_init(ARES_LIB_INIT_ALL) != ARES_SUCCESS ||
      ::ares_init_options(&channel_, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB | ARES_OPT_LOOKUPS) !=
          ARES_SUCCESS)
    throw Error(HostCheck::doors, "cannot read how this host resolves names", "see resolv.conf(5)");
  if (!servers.empty() &&
      ::ares_set_servers_ports_csv(channel_, fmt::format("{}", fmt::join(servers, ",")).c_str()) != ARES_SUCCESS)
    throw Error(ExitCode::input, "doors.resolvers: not addresses of name servers", "like 192.0.2.53 or 127.0.0.1:5353");
  read_hosts();
}

Resolver::~Resolver() {
  waiting_.clear();
  if (channel_) ::ares_destroy(channel_);
}

void Resolver::read_hosts() {
  const std::string text = read_file_if_exists("/etc/hosts", kMaxHosts).value_or("");
  for (const std::string_view line : split(text, '\n')) {
    const std::vector<std::string> words = doors::words(line.substr(0, line.find('#')));
    const auto address = words.empty() ? std::nullopt : doors::parse_address(words.front());
    if (!address) continue;
    for (std::size_t i = 1; i < words.size(); ++i)
      if (auto name = doors::host_name(words[i])) hosts_.emplace(std::move(*name), *address);
  }
}

std::uint64_t Resolver::resolve(const std::string& name, Answer answer) {
  const std::uint64_t number = ++number_;
  waiting_.emplace(number, std::move(answer));
  std::vector<doors::Address> known;
  for (auto [entry, end] = hosts_.equal_range(name); entry != end; ++entry) known.push_back(entry->second);
  loop_.soon([this, number, name, known = std::move(known)] {
    if (!waiting_.contains(number)) return;
    if (!known.empty()) return finish(number, interleaved(known), "");
    ares_addrinfo_hints hints{};
    hints.ai_flags = ARES_AI_NOSORT;
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    // With its dot at the end a name is itself, never one below the host's search domains.
    const std::string asked = name.find('.') == name.npos ? name : name + ".";
    ::ares_getaddrinfo(channel_, asked.c_str(), nullptr, &hints, &Resolver::answered, new Query{this, number});
    arm();
  });
  return number;
}

void Resolver::answered(void* query, int status, int, ares_addrinfo* result) {
  const std::unique_ptr<Query> owned(static_cast<Query*>(query));
  std::vector<doors::Address> addresses;
  for (const ares_addrinfo_node* node = result ? result->nodes : nullptr; node; node = node->ai_next) {
    sockaddr_storage storage{};
    std::memcpy(&storage, node->ai_addr, std::min<std::size_t>(node->ai_addrlen, sizeof storage));
    if (const auto address = doors::address_of(storage)) addresses.push_back(*address);
  }
  if (result) ::ares_freeaddrinfo(result);
  owned->resolver->finish(owned->number, interleaved(addresses), status == ARES_SUCCESS ? "" : ::ares_strerror(status));
}

void Resolver::finish(std::uint64_t number, std::vector<doors::Address> addresses, const std::string& problem) {
  const auto found = waiting_.find(number);
  if (found == waiting_.end()) return;
  const Answer answer = std::move(found->second);
  waiting_.erase(found);
  answer(std::move(addresses), problem);
}

void Resolver::watched(void* self, ares_socket_t socket, int readable, int writable) {
  auto& resolver = *static_cast<Resolver*>(self);
  const std::uint32_t events = (readable ? EPOLLIN : 0u) | (writable ? EPOLLOUT : 0u);
  if (events == 0) {
    resolver.loop_.forget(socket);
    resolver.sockets_.erase(socket);
  } else if (resolver.sockets_.contains(socket)) {
    resolver.loop_.change(socket, events);
  } else {
    resolver.sockets_[socket] = events;
    resolver.loop_.watch(socket, events, resolver);
  }
}

void Resolver::ready(int fd, std::uint32_t events) {
  ::ares_process_fd(channel_, events & (EPOLLIN | EPOLLERR | EPOLLHUP) ? fd : ARES_SOCKET_BAD,
                    events & EPOLLOUT ? fd : ARES_SOCKET_BAD);
  arm();
}

/// When c-ares wants to look at its own clock again.
void Resolver::arm() {
  timeval wait{};
  if (!::ares_timeout(channel_, nullptr, &wait)) return timer_.cancel();
  timer_.set(std::chrono::milliseconds(wait.tv_sec * 1000 + wait.tv_usec / 1000 + 1), [this] {
    ::ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
    arm();
  });
}

std::vector<doors::Address> interleaved(const std::vector<doors::Address>& addresses) {
  std::vector<doors::Address> six, four, out;
  for (const doors::Address& address : addresses) {
    auto& kind = address.six ? six : four;
    if (std::ranges::find(kind, address) == kind.end()) kind.push_back(address);
  }
  for (std::size_t i = 0; i < std::max(six.size(), four.size()); ++i) {
    if (i < six.size()) out.push_back(six[i]);
    if (i < four.size()) out.push_back(four[i]);
  }
  return out;
}

}  // namespace sandbox::doorman
