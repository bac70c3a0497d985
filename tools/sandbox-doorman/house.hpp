#pragma once
// House: what all visits of one sandbox share.
#include <cstdint>
#include <optional>

#include "doors/name_table.hpp"
#include "doors/orders.hpp"
#include "ledger.hpp"
#include "loop.hpp"
#include "pump.hpp"
#include "refusals.hpp"
#include "resolver.hpp"
#include "supply.hpp"

namespace sandbox::doorman {

struct House {
  Loop& loop;
  Resolver& resolver;
  Refusals& refusals;
  Supply& supply;
  doors::Orders orders;
  doors::NameTable names{};
  Pipes pipes{};
  Allowance allowance{};
  Allowance inbound{};  ///< through ports: any
  Ledger ledger{};

  bool uses_proxy_for(std::string_view name) const { return orders.proxy && orders.proxy->serves(name); }
};

}  // namespace sandbox::doorman
