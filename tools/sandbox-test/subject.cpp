#include "subject.hpp"

#include <fmt/format.h>

#include "base/error.hpp"
#include "base/text.hpp"
#include "record/chain.hpp"
#include "record/misfit.hpp"
#include "store/images.hpp"
#include "store/sandboxes.hpp"

namespace sandbox::tool {

namespace {

Subject subject_of(const Session& session, const record::Sandbox& sandbox, Json from) {
  return {sandbox.id, store::find_image_if_any(session.store, sandbox.image_digest), std::move(from)};
}

}  // namespace

Subject subject_named(const Session& session, const std::string& name) {
  if (const auto sandbox = store::find_sandbox(session.store, name)) return subject_of(session, *sandbox, *sandbox);
  if (store::is_sandbox_id(name)) store::running_sandbox(session.store, name);  // says why there is none
  return {std::nullopt, store::find_image(session.store, name), nullptr};
}

Subject subject_in(const Session& session, const Json& record) {
  if (const Json* found = record::find(record, record::Sandbox::kSchema))
    return subject_of(session, found->get<record::Sandbox>(), record::as_from(record));
  const Json& image = record::required(record, record::Image::kSchema, "sandbox and no image",
                                       "pipe the output of sandbox-build or sandbox-launch into this");
  return {std::nullopt, image.get<record::Image>(), record::as_from(record)};
}

Path tests_of(const Subject& subject) {
  const std::string hint = "--tests FILE names test cases, --suite DIR a project with tests of its own";
  if (!subject.image) throw Error(ExitCode::input, fmt::format("the image of '{}' is gone, and with it where its tests are", *subject.sandbox), hint);
  const record::Image& image = *subject.image;
  if (!image.proof.tests || !image.recipe) throw Error(ExitCode::input, fmt::format("the recipe of '{}' has no tests", visible(image.name)), hint);
  const Path file = Path(*image.recipe) / *image.proof.tests;
  std::error_code error;
  if (!std::filesystem::exists(file, error))
    throw Error(ExitCode::input, fmt::format("the tests of '{}' are gone: no file '{}'", visible(image.name), visible(file.native())), hint);
  return file;
}

}  // namespace sandbox::tool
