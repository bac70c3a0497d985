#pragma once
// Version order: which of two versions of a package is the later one, by the rules of its ecosystem.
// Versions are strangers' text: whatever they are, there is an order.
#include <compare>
#include <string_view>

#include "scan/package.hpp"

namespace sandbox::scan {

std::weak_ordering compare_versions(Ecosystem ecosystem, std::string_view a, std::string_view b);

/// deb-version(7): epoch, upstream version, revision; "1.0~rc1" is before "1.0".
std::weak_ordering compare_deb(std::string_view a, std::string_view b);

/// Semantic Versioning 2.0.0, §11, with or without a leading "v"; missing numbers are 0.
std::weak_ordering compare_semver(std::string_view a, std::string_view b);

/// PEP 440, of Python's packages. What does not follow it is before what does.
std::weak_ordering compare_pep440(std::string_view a, std::string_view b);

/// Digits of any length as numbers: "10" after "9", "007" the same as "7".
std::weak_ordering compare_numbers(std::string_view a, std::string_view b);

}  // namespace sandbox::scan
