#include "visit.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "doors/host_name.hpp"
#include "sockets.hpp"

namespace sandbox::doorman {

namespace {

constexpr std::size_t kMostReceived = 65536;

std::string dotted(std::uint32_t address) {
  return fmt::format("{}.{}.{}.{}", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

/// The whole answer of a proxy to a client that it cannot serve.
std::string status_answer(int status, const std::string& text) {
  return fmt::format("HTTP/1.1 {} {}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}\n", status,
                     doors::phrase_of(status), text.size() + 1, text);
}

}  // namespace

Visit::Visit(House& house, Fd inside, Entrance entrance, std::uint32_t address, std::uint16_t port, std::function<void()> ended)
    : house_(house),
      inside_(std::move(inside)),
      entrance_(entrance),
      address_(address),
      port_(port),
      tells_status_(entrance == Entrance::proxy),
      patience_(house.loop),
      ended_(std::move(ended)) {}

Visit::~Visit() {
  house_.loop.forget(inside_.get());
  house_.loop.forget(outside_.get());
  if (query_) house_.resolver.cancel(*query_);
  if (search_) house_.supply.cancel(*search_);
}

void Visit::start() {
  house_.loop.watch(inside_.get(), EPOLLIN | EPOLLRDHUP | EPOLLET, *this);
  if (entrance_ == Entrance::proxy) {
    stage_ = Stage::request;
    patience_.set(kPatience, [this] { refuse({"request", "no request within 10 s", {}, 408}); });
    return read_request();
  }
  const auto name = house_.names.name_of(address_);
  if (!name)
    return refuse({"address", fmt::format("{} stands for no name", dotted(address_)), {}});
  open_door(*name, port_);
}

void Visit::ready(int fd, std::uint32_t events) {
  if (stage_ == Stage::request) return read_request();
  if (stage_ == Stage::hello) return read_hello();
  if (stage_ == Stage::first_request) return read_first_request();
  if (stage_ == Stage::outward && fd == outside_.get()) return read_outward();
  // A client that is gone need not be connected to anything.
  if (fd == inside_.get() && (events & (EPOLLERR | EPOLLHUP))) end();
}

/// Appends what there is; false when nothing more will come or came yet.
bool Visit::receive() {
  char bytes[16384];
  ssize_t n = 0;
  while ((n = ::recv(inside_.get(), bytes, sizeof bytes, MSG_DONTWAIT)) < 0 && errno == EINTR) {
  }
  if (n < 0 && errno == EAGAIN) return false;
  if (n <= 0) {
    end();
    return false;
  }
  received_.append(bytes, static_cast<std::size_t>(n));
  return true;
}

void Visit::read_request() {
  while (receive()) {
    doors::HttpRead read = doors::read_http_head(received_);
    if (read.problem) return refuse({"request", fmt::format("the proxy got a request that it cannot read ({})", read.problem->text), {}, read.problem->status});
    if (!read.head) continue;
    received_.erase(0, read.head->length);
    if (read.head->form == doors::HttpHead::Form::path)
      return refuse({"request", "this is a proxy: CONNECT, or name the whole URL", {}, 400});
    if (read.head->form == doors::HttpHead::Form::connect) {
      constexpr std::string_view kGood = "HTTP/1.1 200 Connection established\r\n\r\n";
      if (!house_.orders.rules.door(read.head->host, read.head->port)) return open_door(read.head->host, read.head->port);
      (void)::send(inside_.get(), kGood.data(), kGood.size(), MSG_DONTWAIT | MSG_NOSIGNAL);  // the first bytes: there is room
      tells_status_ = false;
      return open_door(read.head->host, read.head->port);
    }
    if (read.head->chunked)
      return refuse({"request", "the proxy takes no request body without a length", {}, 411});
    request_ = std::move(read.head);
    return open_door(request_->host, request_->port);
  }
}

void Visit::open_door(const std::string& name, std::uint16_t port) {
  name_ = name;
  port_ = port;
  const auto door = house_.orders.rules.door(name, port);
  if (!door)
    return refuse({"door", fmt::format("no door to {}:{}", name, port), "--allow " + doors::rule_for(name, port)});
  door_ = *door;
  using Look = doors::Rules::Look;
  if (request_ && door_.look == Look::client_hello)
    return refuse({"tls", fmt::format("{}:{} is for TLS", name, port), fmt::format("--allow {}:{}/raw", name, port)});
  // A request that the proxy has read goes on in its own words, and alone.
  if (request_ || door_.look == Look::nothing) return resolve();
  if (door_.look == Look::requests) {
    wait_for(Stage::first_request, "request");
    received_ = requests_.emplace(name).feed(received_);
    if (requests_->problem() || !received_.empty()) return judge_requests();
    return read_first_request();
  }
  wait_for(Stage::hello, "ClientHello");
  if (!received_.empty()) {
    hello_.feed(received_);
    if (hello_.state() != doors::ClientHello::State::incomplete) return judge_hello();
  }
  read_hello();
}

void Visit::wait_for(Stage stage, const char* what) {
  stage_ = stage;
  patience_.set(kPatience, [this, what, reason = stage == Stage::hello ? "tls" : "http"] {
    refuse({reason, fmt::format("{}:{}: no {} within 10 s", name_, port_, what), fmt::format("--allow {}:{}/raw", name_, port_)});
  });
}

void Visit::read_hello() {
  std::size_t before = received_.size();
  while (receive()) {
    hello_.feed(std::string_view(received_).substr(before));
    before = received_.size();
    if (hello_.state() != doors::ClientHello::State::incomplete || before > kMostReceived) return judge_hello();
  }
}

/// What is received is what may go on.
void Visit::read_first_request() {
  std::string before = std::exchange(received_, {});
  while (before.empty() && !requests_->problem() && receive()) before = requests_->feed(std::exchange(received_, {}));
  if (!ended_) return;
  received_ = std::move(before);
  if (requests_->problem() || !received_.empty()) judge_requests();
}

void Visit::judge_requests() {
  const auto& problem = requests_->problem();
  if (!problem) return resolve();
  const bool other = !problem->host.empty() && !house_.orders.rules.door(problem->host, port_);
  refuse({"http", fmt::format("{}:{}: {}", name_, port_, problem->text),
          other ? "--allow " + doors::rule_for(problem->host, port_) : fmt::format("--allow {}:{}/raw", name_, port_)});
}

void Visit::judge_hello() {
  using State = doors::ClientHello::State;
  const bool open = hello_.state() == State::named || (hello_.state() == State::hidden && door_.ech);
  if (open && hello_.name() == name_) return resolve();
  const std::string raw = fmt::format("--allow {}:{}/raw", name_, port_);
  switch (open ? State::named : hello_.state()) {
    case State::named: {
      if (hello_.name().empty()) return refuse({"tls", fmt::format("{}:{}: TLS without a server name", name_, port_), raw});
      const bool covered = house_.orders.rules.door(hello_.name(), port_).has_value();
      return refuse({"tls", fmt::format("{}:{}: the client asks for {} there", name_, port_, hello_.name()),
                     covered ? raw : "--allow " + doors::rule_for(hello_.name(), port_)});
    }
    case State::nameless: return refuse({"tls", fmt::format("{}:{}: TLS without a server name", name_, port_), raw});
    case State::hidden: return refuse({"tls", fmt::format("{}:{}: a part of the ClientHello is encrypted", name_, port_),
                                        hello_.name() == name_ ? fmt::format("--allow {}/ech", name_) : raw});
    default: return refuse({"tls", fmt::format("{}:{}: not TLS", name_, port_), raw});
  }
}

void Visit::resolve() {
  patience_.cancel();
  stage_ = Stage::elsewhere;
  if (door_.peer) {
    search_ = house_.supply.find(name_, port_, [this](const doors::Peer& peer) {
      search_.reset();
      dial_peer(peer);
    });
    return;
  }
  const bool by_proxy = house_.uses_proxy_for(name_);
  query_ = house_.resolver.resolve(by_proxy ? house_.orders.proxy->host : name_,
                                   [this, by_proxy](std::vector<doors::Address> addresses, const std::string& problem) {
                                     query_.reset();
                                     by_proxy ? dial_proxy(std::move(addresses), problem) : dial(std::move(addresses), problem);
                                   });
}

void Visit::dial(std::vector<doors::Address> addresses, const std::string& problem) {
  if (addresses.empty())
    return refuse({"resolve", fmt::format("{} has no address: {}", name_, problem.empty() ? "no such name" : problem), {}, 502});
  const doors::Address first = addresses.front();
  const doors::Consent consent = house_.orders.rules.consent(door_);
  std::erase_if(addresses, [&](const doors::Address& address) { return !doors::may_dial(address, consent); });
  if (addresses.empty()) {
    const bool by_consent = doors::reach_of(first) == doors::Reach::consent;
    return refuse({"private", fmt::format("{} is at {}, which is not public", name_, doors::address_text(first)),
                   by_consent ? std::optional("--allow-cidr " + doors::address_text(first)) : std::nullopt});
  }
  dial_ = std::make_unique<Dial>(house_.loop, std::move(addresses), port_,
                                 [this](Fd outside, const std::string& why) { connected(std::move(outside), why); });
}

/// Where the supervisor says that it is published: on this host.
void Visit::dial_peer(const doors::Peer& peer) {
  const auto address = doors::parse_address(peer.host);
  if (!address) return refuse({"resolve", fmt::format("{} is not there, or does not publish port {}", name_, port_), {}, 502});
  dial_ = std::make_unique<Dial>(house_.loop, std::vector{*address}, peer.host_port,
                                 [this](Fd outside, const std::string& why) { connected(std::move(outside), why); });
}

/// The host's configuration named the proxy, so it may be anywhere; where the name leads is for
/// the proxy to find out.
void Visit::dial_proxy(std::vector<doors::Address> addresses, const std::string& problem) {
  if (addresses.empty()) return refuse({"resolve", fmt::format("the host's proxy has no address: {}", problem), {}, 502});
  dial_ = std::make_unique<Dial>(house_.loop, std::move(addresses), house_.orders.proxy->port,
                                 [this](Fd outside, const std::string& why) { connected(std::move(outside), why); });
}

void Visit::connected(Fd outside, const std::string& problem) {
  // The dial is still on the stack; it goes when the loop is through with it.
  house_.loop.soon([dial = std::shared_ptr<Dial>(std::move(dial_))] {});
  if (!outside) return refuse({"dial", fmt::format("{}:{}: {}", name_, port_, problem), {}, 502});
  outside_ = std::move(outside);
  passage_ = &house_.ledger.passage(name_, port_);
  ++passage_->connections;
  if (!door_.peer && house_.uses_proxy_for(name_)) return greet_outward();
  move_bytes({});
}

void Visit::greet_outward() {
  std::string request = fmt::format("CONNECT {0}:{1} HTTP/1.1\r\nHost: {0}:{1}\r\n", name_, port_);
  if (const std::string& word = house_.orders.proxy->authorization; !word.empty())
    request += fmt::format("Proxy-Authorization: {}\r\n", word);
  request += "\r\n";
  (void)::send(outside_.get(), request.data(), request.size(), MSG_DONTWAIT | MSG_NOSIGNAL);  // the first bytes: there is room
  stage_ = Stage::outward;
  patience_.set(Dial::kPatience, [this] { refuse({"dial", "the host's proxy does not answer", {}, 504}); });
  house_.loop.watch(outside_.get(), EPOLLIN | EPOLLRDHUP, *this);
}

void Visit::read_outward() {
  char bytes[4096];
  const ssize_t n = ::recv(outside_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (n > 0) from_outside_.append(bytes, static_cast<std::size_t>(n));
  const std::size_t end_of_head = from_outside_.find("\r\n\r\n");
  if (n > 0 && end_of_head == std::string::npos && from_outside_.size() < doors::HttpHead::kMost) return;
  const bool good = end_of_head != std::string::npos &&
                    (from_outside_.starts_with("HTTP/1.1 200") || from_outside_.starts_with("HTTP/1.0 200"));
  if (!good) return refuse({"dial", fmt::format("the host's proxy does not connect to {}:{}", name_, port_), {}, 502});
  patience_.cancel();
  house_.loop.forget(outside_.get());
  move_bytes(from_outside_.substr(end_of_head + 4));
}

void Visit::move_bytes(std::string from_outside) {
  stage_ = Stage::elsewhere;
  Pump::Sides sides{.passage = *passage_};
  if (requests_) sides.requests = &*requests_;
  if (request_) {
    // One request and its body: what follows could be for another host.
    const std::uint64_t body = request_->body.value_or(0);
    received_.resize(std::min<std::uint64_t>(received_.size(), body));
    sides.most_out = body - received_.size();
    received_.insert(0, doors::forwarded_head(*request_));
  }
  house_.loop.forget(inside_.get());
  sides.inside = std::move(inside_);
  sides.outside = std::move(outside_);
  sides.to_outside = std::move(received_);
  sides.to_inside = std::move(from_outside);
  pump_ = std::make_unique<Pump>(house_.loop, house_.pipes, house_.allowance, std::move(sides), [this](Pump::End how) {
    if (how == Pump::End::refused) return judge_requests();
    if (how == Pump::End::allowance)
      house_.refusals.add({name_, port_}, "limit", "the limit of bytes through doors is used up", {});
    end();
  });
}

void Visit::refuse(const Why& why) {
  patience_.cancel();
  house_.refusals.add({name_.empty() ? std::nullopt : std::optional(name_), port_}, why.reason, why.text, why.allow);
  if (tells_status_) {
    const std::string answer = status_answer(why.status, "sandbox: " + why.text);
    (void)::send(inside_.get(), answer.data(), answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    // Closing with bytes unread would be a reset, which could overtake the answer.
    ::shutdown(inside_.get(), SHUT_WR);
    char rest[16384];
    while (::recv(inside_.get(), rest, sizeof rest, MSG_DONTWAIT) > 0) {
    }
  } else if (inside_) {
    make_abrupt(inside_);
  }
  end();
}

bool Visit::is_still_allowed() const {
  return name_.empty() || house_.orders.rules.door(name_, port_).has_value();
}

void Visit::shut() {
  if (pump_) pump_->break_off();
  else if (inside_) make_abrupt(inside_);
  end();
}

void Visit::end() {
  if (!ended_) return;
  patience_.cancel();
  stage_ = Stage::elsewhere;
  std::exchange(ended_, nullptr)();
}

}  // namespace sandbox::doorman
