#pragma once
// Surroundings: what a CI job says of itself in its environment: which forge, which merge
// request, which commit. Nothing is asked of anybody.
#include <optional>
#include <string>

#include "forge/forge.hpp"
#include "forge/token.hpp"

namespace sandbox::forge {

struct Surroundings {
  std::string forge;    ///< gitlab, github, gitea; empty outside of them
  std::string api;
  Place place;          ///< its number is 0 where no merge request is built
  std::string job_url;
  std::string summary;  ///< the file that is shown on the job's page; empty where there is none
  std::string ca_file;
  std::string job_token;  ///< one that GitLab lets read only; empty elsewhere
};

Surroundings surroundings(const Environment& environment);

}  // namespace sandbox::forge
