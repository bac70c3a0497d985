// sandbox-comment tells what the records of a pipe say, as one comment on the merge request.
#include "cli/options.hpp"
#include "cli/tool_main.hpp"
#include "comment.hpp"

namespace {

int run(int argc, char** argv) {
  using namespace sandbox;
  tool::Options chosen;
  tool::Where& where = chosen.where;
  cli::Options options("sandbox-comment", "Records on stdin become one comment on the merge request");
  options.option("--to", where.to, "FORGE", "Where to; without it, the forge whose CI this is")->check(CLI::IsMember({"gitlab", "github", "gitea", "matrix", "summary"}));
  options.option("--api", where.api, "URL", "Address of the API, or of the homeserver; without it, the CI's own");
  options.option("--project", where.project, "PROJECT", "OWNER/NAME, or GitLab's number");
  options.option("--number", where.number, "N", "Of the merge request or pull request");
  options.option("--room", where.room, "ROOM", "With --to matrix: the id of a room, in which the short form is said");
  options.option("--token-file", where.token_file, "FILE", "The token is in this file, and not in the environment");
  options.option("--key", chosen.key, "KEY", "Comments of different keys stand side by side; default: default");
  options.option("--title", chosen.title, "TEXT", "What the comment is about; default: sandbox");
  options.size("--limit", chosen.limit, "No longer than this, when that is less than the forge takes");
  options.flag("--status", chosen.status, "Set the status of the commit, too");
  options.option("--commit", where.commit, "SHA", "Whose status; without it, the one that the CI builds");
  options.duration("--patience", where.patience, "Wait for a busy forge no longer than this; default 2m");
  options.flag("-n,--dry-run", chosen.dry_run, "Only show the comment");
  options.output(chosen.output);
  options.examples({{"sandbox-launch python-3.11 | sandbox-comment", "in a job of CI: how to reach the sandbox"},
                    {"sandbox-comment --dry-run --format human <records", "what would be said"},
                    {"sandbox-comment --status --key nightly <records", "beside others, and with a status"},
                    {"sandbox-comment --to matrix --api https://matrix.example.org --room '!abc:example.org' <records", "to a room"}});
  options.parse(argc, argv);
  return tool::comment(chosen);
}

}  // namespace

int main(int argc, char** argv) { return sandbox::cli::tool_main("sandbox-comment", argc, argv, run); }
