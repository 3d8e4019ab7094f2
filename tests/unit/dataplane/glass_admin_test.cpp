// SPDX-License-Identifier: Apache-2.0
// Break-glass at the admin handler: opened without control, kept over a restart, closed for good.
#include <catch2/catch.hpp>
#include <filesystem>

#include "../break_glass/plant.h"
#include "admin/handler.h"
#include "base/file.h"
#include "break_glass/codec.h"
#include "ipc/sealed_memfd.h"

namespace bulkhead::dataplane {
namespace {

using break_glass::kHour;
using break_glass::kNow;
using Catch::Matchers::Contains;

constexpr image::PrivateKey kSigner{1, 2, 3};

class Wall final : public Clock {
 public:
  Now now() const noexcept override { return {steady_ns, wall_ns}; }
  uint64_t steady_ns = 1;
  int64_t wall_ns = kNow;
};

struct Gateway {
  Gateway() {
    std::string pattern = std::filesystem::temp_directory_path() / "bulkhead-glass-XXXXXX";
    directory = mkdtemp(pattern.data());
    restart();
  }
  ~Gateway() { std::filesystem::remove_all(directory); }

  void restart() {
    handler.reset();
    publisher.emplace(slot, epochs);
    AdminSetup setup;
    setup.rules = {*image::public_key_of(kSigner), "gw-a"};
    setup.state_directory = directory + "/state";
    AdminHooks hooks;
    hooks.warn = [this](std::string_view sentence) { said += std::string(sentence) + '\n'; };
    handler.emplace(std::move(setup), std::move(hooks), *publisher, clock);
    REQUIRE(handler->start().ok());
  }
  ipc::Body ask(ipc::Body question, const UniqueFd& fd = UniqueFd{}) {
    return handler->handle({.request_id = 1, .body = std::move(question)}, fd).body;
  }
  void install(uint64_t generation, const std::string& yaml = break_glass::plant_yaml()) {
    auto loaded = policy::load_yaml(yaml, "plant.yaml");
    auto bytes = *image::compile(loaded.policy, {"gw-a", generation, kNow});
    REQUIRE(image::sign(bytes, kSigner).ok());
    auto fd = ipc::create_sealed("test", bytes);
    const auto answer = ask(ipc::InstallImage{generation, image::digest_of(bytes)}, *fd);
    REQUIRE(std::holds_alternative<ipc::ImageInstalled>(answer));
  }
  // Empty: opened.
  std::string open(const break_glass::OpeningRequest& request) {
    const auto bytes = *break_glass::encode(request);
    const auto answer = ask(ipc::OpenBreakGlass{{bytes.begin(), bytes.end()}});
    if (const auto* failure = std::get_if<ipc::Failure>(&answer)) return failure->error.sentence;
    CHECK(std::get<ipc::BreakGlassOpened>(answer).approvers == "ito, keller");
    return "";
  }
  [[nodiscard]] bool passes() const {
    return slot.pin()
        ->image.decide_flow(IdentityIndex(0), IdentityIndex(1), 6, 502, clock.wall_ns)
        .allowed;
  }
  [[nodiscard]] size_t open_now() {
    return std::get<ipc::DataplaneStatus>(ask(ipc::GetStatus{})).break_glass.size();
  }

  std::string directory;
  std::string said;
  Wall clock;
  sync::Published<Snapshot> slot;
  sync::Epochs epochs{1};
  std::optional<Publisher> publisher;
  std::optional<AdminHandler> handler;
};

}  // namespace

TEST_CASE("glass: two signatures open the grant at once, until its time, and it is shouted about",
          "[dataplane][admin]") {
  Gateway gw;
  gw.install(5);
  CHECK_FALSE(gw.passes());
  const uint64_t before = gw.slot.pin()->decisions;
  REQUIRE(gw.open(break_glass::signed_by_two(kNow + kHour)).empty());
  CHECK(gw.slot.pin()->decisions > before);
  CHECK(gw.passes());
  CHECK(gw.open_now() == 1);
  CHECK_THAT(gw.said, Contains("BREAK-GLASS 'emergency' is OPEN"));
  gw.said.clear();
  gw.clock.steady_ns += GlassHolder::kShoutEvery_ns;
  CHECK(gw.handler->wants_ticks());
  gw.handler->tick();
  CHECK_THAT(gw.said, Contains("is OPEN"));
  gw.clock.wall_ns = kNow + kHour;
  gw.clock.steady_ns += 1'000'000'000;
  CHECK_FALSE(gw.passes());
  gw.handler->tick();
  CHECK_THAT(gw.said, Contains("'emergency' is over"));
  CHECK(gw.open_now() == 0);
}

TEST_CASE("glass: the same request again changes nothing and says so", "[dataplane][admin]") {
  Gateway gw;
  gw.install(5);
  REQUIRE(gw.open(break_glass::signed_by_two(kNow + kHour)).empty());
  const uint64_t before = gw.slot.pin()->decisions;
  const auto bytes = *break_glass::encode(break_glass::signed_by_two(kNow + kHour));
  const auto answer = gw.ask(ipc::OpenBreakGlass{{bytes.begin(), bytes.end()}});
  CHECK(std::get<ipc::BreakGlassOpened>(answer).publish_ns == 0);
  CHECK(gw.slot.pin()->decisions == before);
  CHECK(gw.open_now() == 1);
}

TEST_CASE("glass: a request that is not good enough changes nothing", "[dataplane][admin]") {
  Gateway gw;
  gw.install(5);
  auto request = break_glass::request_for(kNow + kHour);
  CHECK_THAT(gw.open(request), Contains("two of its approvers"));
  const auto answer = gw.ask(ipc::OpenBreakGlass{"nonsense"});
  CHECK_THAT(std::get<ipc::Failure>(answer).error.sentence, Contains("malformed at byte"));
  CHECK_FALSE(gw.passes());
  CHECK(gw.open_now() == 0);
}

TEST_CASE("glass: without a policy nothing can be opened", "[dataplane][admin]") {
  Gateway gw;
  CHECK_FALSE(gw.open(break_glass::signed_by_two(kNow + kHour)).empty());
}

TEST_CASE("glass: it stays open over a restart, and closed when it was closed",
          "[dataplane][admin]") {
  Gateway gw;
  gw.install(5);
  REQUIRE(gw.open(break_glass::signed_by_two(kNow + kHour)).empty());
  gw.restart();
  CHECK(gw.passes());
  CHECK(std::holds_alternative<ipc::Ok>(gw.ask(ipc::CloseBreakGlass{"emergency"})));
  CHECK_FALSE(gw.passes());
  CHECK(std::holds_alternative<ipc::Failure>(gw.ask(ipc::CloseBreakGlass{"emergency"})));
  gw.restart();
  CHECK_FALSE(gw.passes());
  CHECK_THAT(gw.open(break_glass::signed_by_two(kNow + kHour)),
             Contains("two approvers must sign a new one"));
}

TEST_CASE("glass: a new policy that no longer trusts a signer closes it", "[dataplane][admin]") {
  Gateway gw;
  gw.install(5);
  REQUIRE(gw.open(break_glass::signed_by_two(kNow + kHour)).empty());
  gw.install(6);
  CHECK(gw.passes());
  gw.install(7, break_glass::plant_yaml("[keller, weber]"));
  CHECK_FALSE(gw.passes());
  CHECK(gw.open_now() == 0);
}

TEST_CASE("glass: a file that cannot be read leaves all closed, and says so",
          "[dataplane][admin]") {
  Gateway gw;
  gw.install(5);
  REQUIRE(gw.open(break_glass::signed_by_two(kNow + kHour)).empty());
  const std::string path = gw.directory + "/state/break_glass";
  auto bytes = *read_file(path, 1u << 20);
  for (const size_t at : {size_t{0}, size_t{8}, bytes.size() / 2, bytes.size() - 1}) {
    auto changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x40);
    REQUIRE(write_file_atomically(path, changed, 0600).ok());
    gw.restart();
    CHECK_FALSE(gw.passes());
  }
  CHECK_THAT(gw.said, Contains("break-glass grants are closed"));
}

TEST_CASE("glass: there is an end to how many may be open", "[dataplane][admin]") {
  Gateway gw;
  gw.install(5);
  for (uint8_t i = 0; i < GlassHolder::kMost + 1; ++i) {
    auto request = break_glass::request_for(kNow + kHour);
    request.statement.nonce[1] = i;
    REQUIRE(sign(request, "keller", break_glass::kKeller).ok());
    REQUIRE(sign(request, "ito", break_glass::kIto).ok());
    if (i < GlassHolder::kMost)
      CHECK(gw.open(request).empty());
    else
      CHECK_THAT(gw.open(request), Contains("no more are taken"));
  }
}

}  // namespace bulkhead::dataplane
