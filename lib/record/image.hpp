#pragma once
// Image: the record sandbox.image/1. An ordered list of layers plus the defaults with which
// it runs; named by digest, found by recipe name, usable by both engines.
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "record/json.hpp"
#include "record/limits.hpp"
#include "record/proof.hpp"
#include "record/service.hpp"

namespace sandbox::record {

struct Layer {
  std::string digest;  ///< "sha256:…" of its canonical manifest
  std::uint64_t bytes = 0;
  std::uint64_t files = 0;
};

/// How a sandbox of the image runs unless the caller says otherwise.
struct Defaults {
  std::map<std::string, std::string> env;
  std::string user = "root";
  std::string workdir = "/";
  Limits resources;
  std::vector<std::string> network;  ///< doors that the recipe asks for
  std::vector<Service> services;     ///< start with it; each after those that it names
  std::map<std::string, std::string> caches;  ///< by name: where each shows
  std::vector<std::string> devices;  ///< that the recipe asks for, by their CDI names
  bool nested = false;               ///< the recipe asks for namespaces inside
  std::vector<int> ports;            ///< where something listens that others may want to reach
};

/// The sandbox whose files an image holds, and the image from which that one was started.
struct SnapshotOf {
  std::string sandbox, image, image_digest;
};

/// A machine that ran, with what a copy of it must have in common with it. It is the last of the image's layers.
struct SavedMachine {
  std::string kernel;  ///< and the programs in it: a hash
  std::string qemu;    ///< its program and how it is started: a hash
  std::string processor;  ///< kvm, or emulated
  bool cable = true;      ///< to the network around it
};

struct Image {
  static constexpr const char* kSchema = "sandbox.image/1";
  std::string name;
  std::optional<std::string> version;
  std::optional<std::string> description;
  std::string digest;  ///< "sha256:…" of layers and defaults
  std::string created;
  bool pinned = false;  ///< all that it takes from elsewhere is in recipe.lock
  bool cached = false;  ///< this build found it finished
  std::vector<Layer> layers;  ///< lowest first
  Defaults defaults;
  Proof proof;
  std::optional<std::string> recipe;  ///< its folder when it was built here, absolute; not part of the digest
  std::optional<SnapshotOf> snapshot_of;  ///< nothing: it was built
  std::optional<SavedMachine> machine;  ///< nothing: it has files only
  std::map<std::string, double> timings_ms;
  Json from;
};

void to_json(Json& json, const Layer& layer);
void from_json(const Json& json, Layer& layer);
void to_json(Json& json, const Defaults& defaults);
void from_json(const Json& json, Defaults& defaults);
void to_json(Json& json, const SnapshotOf& of);
void from_json(const Json& json, SnapshotOf& of);
void to_json(Json& json, const SavedMachine& machine);
void from_json(const Json& json, SavedMachine& machine);
void to_json(Json& json, const Image& image);
void from_json(const Json& json, Image& image);

}  // namespace sandbox::record
