#include "isolate/quota_events.hpp"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/filter.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/quota.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>

namespace sandbox::isolate {

namespace {

constexpr std::size_t kHeader = NLMSG_HDRLEN + GENL_HDRLEN;

template <class T>
T value_of(std::string_view bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(sizeof value, bytes.size()));
  return value;
}

/// Calls visit(type, payload) for each attribute; what is cut off ends it.
template <class Visit>
void each_attribute(std::string_view bytes, const Visit& visit) {
  while (bytes.size() >= NLA_HDRLEN) {
    const auto header = value_of<nlattr>(bytes);
    if (header.nla_len < NLA_HDRLEN || header.nla_len > bytes.size()) return;
    visit(header.nla_type & NLA_TYPE_MASK, bytes.substr(NLA_HDRLEN, header.nla_len - NLA_HDRLEN));
    bytes.remove_prefix(std::min<std::size_t>(NLA_ALIGN(header.nla_len), bytes.size()));
  }
}

/// What is behind both headers; nothing when it is no message of a family.
std::optional<std::string_view> attributes_of(std::string_view message) {
  if (message.size() < kHeader) return std::nullopt;
  const auto header = value_of<nlmsghdr>(message);
  if (header.nlmsg_len < kHeader || header.nlmsg_len > message.size() || header.nlmsg_type < NLMSG_MIN_TYPE)
    return std::nullopt;
  return message.substr(kHeader, header.nlmsg_len - kHeader);
}

std::string question_for(std::string_view family) {
  struct {
    nlmsghdr netlink;
    genlmsghdr generic;
    nlattr attribute;
    char name[GENL_NAMSIZ];
  } question{};
  static_assert(offsetof(decltype(question), attribute) == kHeader);
  question.netlink = {sizeof question, GENL_ID_CTRL, NLM_F_REQUEST, 0, 0};
  question.generic = {CTRL_CMD_GETFAMILY, 1, 0};
  question.attribute = {static_cast<std::uint16_t>(NLA_HDRLEN + family.size() + 1), CTRL_ATTR_FAMILY_NAME};
  std::memcpy(question.name, family.data(), family.size());
  return {reinterpret_cast<const char*>(&question), sizeof question};
}

/// Others' events must not fill this socket: they could be as many as a hostile program likes.
bool hear_only(const Fd& socket, std::uint32_t project) {
  constexpr unsigned kLowHalf = NLA_HDRLEN + (__BYTE_ORDER == __BIG_ENDIAN ? 4 : 0);
  sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_IMM, kHeader),
      BPF_STMT(BPF_LDX | BPF_IMM, QUOTA_NL_A_EXCESS_ID),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(SKF_AD_OFF + SKF_AD_NLATTR)),  // where it is, or 0
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 0),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_IND, kLowHalf),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(project), 1, 0),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, ~0U),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(code)), code};
  return ::setsockopt(socket.get(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

std::optional<NetlinkGroup> find_events(const Fd& socket) {
  const std::string question = question_for("VFS_DQUOT");
  if (::send(socket.get(), question.data(), question.size(), 0) < 0) return std::nullopt;
  char answer[8192];
  const ssize_t size = ::recv(socket.get(), answer, sizeof answer, 0);
  return size < 0 ? std::nullopt : parse_family({answer, static_cast<std::size_t>(size)}, "events");
}

}  // namespace

bool QuotaEvent::is_refusal() const { return warning == QUOTA_NL_BHARDWARN || warning == QUOTA_NL_IHARDWARN; }

std::optional<QuotaEvent> parse_quota_event(std::string_view message) {
  const auto attributes = attributes_of(message);
  if (!attributes) return std::nullopt;
  QuotaEvent event;
  std::uint32_t device_major = 0, device_minor = 0;
  each_attribute(*attributes, [&](int type, std::string_view value) {
    if (type == QUOTA_NL_A_QTYPE) event.type = value_of<std::uint32_t>(value);
    if (type == QUOTA_NL_A_EXCESS_ID) event.id = value_of<std::uint64_t>(value);
    if (type == QUOTA_NL_A_WARNING) event.warning = value_of<std::uint32_t>(value);
    if (type == QUOTA_NL_A_DEV_MAJOR) device_major = value_of<std::uint32_t>(value);
    if (type == QUOTA_NL_A_DEV_MINOR) device_minor = value_of<std::uint32_t>(value);
  });
  event.device = makedev(device_major, device_minor);
  return event;
}

std::optional<NetlinkGroup> parse_family(std::string_view message, std::string_view group) {
  const auto attributes = attributes_of(message);
  if (!attributes) return std::nullopt;
  NetlinkGroup found;
  const auto look_at_group = [&](int, std::string_view one) {
    std::string_view name;
    std::uint32_t number = 0;
    each_attribute(one, [&](int type, std::string_view value) {
      if (type == CTRL_ATTR_MCAST_GRP_NAME) name = value.substr(0, value.find('\0'));
      if (type == CTRL_ATTR_MCAST_GRP_ID) number = value_of<std::uint32_t>(value);
    });
    if (name == group) found.group = number;
  };
  each_attribute(*attributes, [&](int type, std::string_view value) {
    if (type == CTRL_ATTR_FAMILY_ID) found.family = value_of<std::uint16_t>(value);
    if (type == CTRL_ATTR_MCAST_GROUPS) each_attribute(value, look_at_group);
  });
  return found.family != 0 && found.group != 0 ? std::optional(found) : std::nullopt;
}

std::optional<QuotaEvents> QuotaEvents::listen(std::uint32_t project, dev_t device) {
  Fd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_GENERIC));
  if (!socket) return std::nullopt;
  const auto events = find_events(socket);
  if (!events || !hear_only(socket, project)) return std::nullopt;
  if (::setsockopt(socket.get(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &events->group, sizeof events->group) < 0)
    return std::nullopt;
  return QuotaEvents(std::move(socket), project, device);
}

std::uint64_t QuotaEvents::take() {
  constexpr int kMost = 4096;  // as many as fit in; a flood must not hold us for ever
  std::uint64_t refusals = 0;
  for (int i = 0; i < kMost; ++i) {
    char message[1024];
    const ssize_t size = ::recv(socket_.get(), message, sizeof message, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno == ENOBUFS) {
      ++refusals;  // more than there was room for; the filter let only ours in
      continue;
    }
    if (size <= 0) break;
    const auto event = parse_quota_event({message, static_cast<std::size_t>(size)});
    if (event && event->type == PRJQUOTA && event->id == project_ && event->device == device_ && event->is_refusal())
      ++refusals;
  }
  return refusals;
}

}  // namespace sandbox::isolate
