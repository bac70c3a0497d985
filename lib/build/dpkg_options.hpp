#pragma once
// How dpkg unpacks packages into an image, as lines of its configuration. What a sandbox never
// reads stays away; packages' copyright files stay: the licences ask for them.
namespace sandbox::build {

inline constexpr const char* kDpkgOptions =
    "force-unsafe-io\n"
    "path-exclude=/usr/share/man/*\n"
    "path-include=/usr/share/man/man?\n"  // the folders: Java's packages make links in them, or fail
    "path-exclude=/usr/share/info/*\n"
    "path-exclude=/usr/share/locale/*\n"
    "path-include=/usr/share/locale/locale.alias\n"
    "path-exclude=/usr/share/doc/*\n"
    "path-include=/usr/share/doc/*/copyright\n";

}  // namespace sandbox::build
