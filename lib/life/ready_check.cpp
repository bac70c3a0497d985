#include "life/ready_check.hpp"

#include "life/exchange.hpp"

namespace sandbox::life {

namespace {

class CommandCheck : public ReadyCheck, private Wiring {
 public:
  CommandCheck(AgentLink& agent, const record::Service& service)
      : request_(request_for(service)), exchange_(agent.connect(), request_, *this) {}

  void add_waits(std::vector<pollfd>& waits) override { exchange_.add_waits(waits); }
  void step(const std::vector<pollfd>& waits, std::size_t first) override { exchange_.step(waits, first); }
  std::optional<bool> answer() const override {
    if (!exchange_.done()) return std::nullopt;
    const CommandEnd& end = exchange_.end();
    return end.failed.step == wire::Step{} && end.ended.exit_code == 0;
  }

 private:
  static Request request_for(const record::Service& service) {
    constexpr std::chrono::seconds kPatience{10};
    Request request;
    request.argv = service.ready.command;
    request.env = service.env;
    request.cwd = service.workdir;
    request.user = service.user;
    request.timeout = kPatience;
    return request;
  }
  /// What it says is of no interest; without a reader it would die of saying it.
  std::unique_ptr<OutputFlow> output(const Fd& source, int) override {
    return std::make_unique<CaptureFlow>(source, 0, Fd(), std::vector<std::string>{});
  }
  std::unique_ptr<InputFlow> input(Fd, bool) override { return nullptr; }

  Request request_;
  Exchange exchange_;  // last: it calls back into what stands above
};

class PortCheck : public ReadyCheck {
 public:
  PortCheck(AgentLink& agent, const record::Readiness& ready) : connection_(agent.connect()) {
    FrameBuilder frame(wire::Kind::probe);
    frame.add_value(wire::Tag::port, static_cast<std::uint64_t>(*ready.port));
    if (ready.http) frame.add(wire::Tag::path, *ready.http);
    connection_.send(frame.bytes());
  }

  void add_waits(std::vector<pollfd>& waits) override { waits.push_back({connection_.socket().get(), POLLIN, 0}); }
  void step(const std::vector<pollfd>& waits, std::size_t first) override {
    if (waits[first].revents == 0) return;
    if (const auto frame = connection_.poll()) answer_ = frame->kind == wire::Kind::done;
  }
  std::optional<bool> answer() const override { return answer_; }

 private:
  Connection connection_;
  std::optional<bool> answer_;
};

}  // namespace

std::unique_ptr<ReadyCheck> ReadyCheck::begin(AgentLink& agent, const record::Service& service) {
  if (service.ready.port) return std::make_unique<PortCheck>(agent, service.ready);
  return std::make_unique<CommandCheck>(agent, service);
}

std::unique_ptr<ReadyCheck> ReadyCheck::begin(AgentLink& agent, std::uint16_t port) {
  return std::make_unique<PortCheck>(agent, record::Readiness{{}, port, {}});
}

}  // namespace sandbox::life
