#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/quota.h>
#include <sys/sysmacros.h>

#include <cstring>

#include "catch.hpp"
#include "isolate/project_quota.hpp"
#include "isolate/quota_events.hpp"
#include "scratch.hpp"

using namespace sandbox;
using namespace sandbox::isolate;

namespace {

template <class T>
std::string bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string attribute(std::uint16_t type, const std::string& value) {
  std::string made = bytes_of(nlattr{static_cast<std::uint16_t>(NLA_HDRLEN + value.size()), type}) + value;
  made.resize(NLA_ALIGN(made.size()));
  return made;
}

std::string message(std::uint16_t type, const std::string& attributes) {
  const auto length = static_cast<std::uint32_t>(NLMSG_HDRLEN + GENL_HDRLEN + attributes.size());
  return bytes_of(nlmsghdr{length, type, 0, 0, 0}) + bytes_of(genlmsghdr{1, 1, 0}) + attributes;
}

std::string warning(std::uint32_t what) {
  return message(0x1c, attribute(QUOTA_NL_A_QTYPE, bytes_of(std::uint32_t{PRJQUOTA})) +
                           attribute(QUOTA_NL_A_PAD, "") +  // where 64 bits must lie aligned
                           attribute(QUOTA_NL_A_EXCESS_ID, bytes_of(std::uint64_t{0x40000009})) +
                           attribute(QUOTA_NL_A_WARNING, bytes_of(what)) +
                           attribute(QUOTA_NL_A_DEV_MAJOR, bytes_of(std::uint32_t{7})) +
                           attribute(QUOTA_NL_A_DEV_MINOR, bytes_of(std::uint32_t{3})));
}

}  // namespace

TEST_CASE("an event names the project, the device and what happened") {
  const auto event = parse_quota_event(warning(QUOTA_NL_BHARDWARN));
  REQUIRE(event);
  CHECK(event->type == PRJQUOTA);
  CHECK(event->id == 0x40000009);
  CHECK(event->device == makedev(7, 3));
  CHECK(event->is_refusal());
}

TEST_CASE("space and inodes are refusals, what came below its limit again is not") {
  CHECK(parse_quota_event(warning(QUOTA_NL_IHARDWARN))->is_refusal());
  CHECK_FALSE(parse_quota_event(warning(QUOTA_NL_BHARDBELOW))->is_refusal());
  CHECK_FALSE(parse_quota_event(warning(QUOTA_NL_IHARDBELOW))->is_refusal());
}

TEST_CASE("an event that is cut off anywhere is read as far as it goes") {
  const std::string whole = warning(QUOTA_NL_BHARDWARN);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto event = parse_quota_event(std::string_view(whole).substr(0, size));
    CHECK_FALSE(event);  // its own length says more than there is
  }
  std::string lies = whole;
  lies[NLMSG_HDRLEN + GENL_HDRLEN] = 1;  // an attribute shorter than its header
  REQUIRE(parse_quota_event(lies));
  CHECK_FALSE(parse_quota_event(lies)->is_refusal());
}

TEST_CASE("a family's group is found by name among others") {
  const auto group = [](const char* name, std::uint32_t number) {
    return attribute(1, attribute(CTRL_ATTR_MCAST_GRP_ID, bytes_of(number)) +
                            attribute(CTRL_ATTR_MCAST_GRP_NAME, std::string(name) + '\0'));
  };
  const std::string answer =
      message(GENL_ID_CTRL, attribute(CTRL_ATTR_FAMILY_ID, bytes_of(std::uint16_t{0x1c})) +
                                attribute(CTRL_ATTR_MCAST_GROUPS, group("notify", 4) + group("events", 5)));
  const auto found = parse_family(answer, "events");
  REQUIRE(found);
  CHECK(found->family == 0x1c);
  CHECK(found->group == 5);
  CHECK_FALSE(parse_family(answer, "event"));
}

TEST_CASE("an error in place of a family is none") {
  CHECK_FALSE(parse_family(message(NLMSG_ERROR, attribute(CTRL_ATTR_FAMILY_ID, bytes_of(std::uint16_t{1}))), "events"));
  CHECK_FALSE(parse_family("", "events"));
}

TEST_CASE("a trial of project quota leaves nothing, whatever it finds out") {
  const TempDir place = test::scratch();
  const Fd directory(::open(place.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  (void)try_project_quota(directory);
  CHECK(std::filesystem::is_empty(place.path()));
}
