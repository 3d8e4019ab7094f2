// SPDX-License-Identifier: Apache-2.0
// The admin handler without socket, threads or EAL: what control may do, what must change nothing.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "admin/handler.h"
#include "admin/signer_key.h"
#include "base/file.h"
#include "image/compile.h"
#include "image/layout.h"
#include "ipc/sealed_memfd.h"
#include "overlay/seal.h"

namespace bulkhead::dataplane {
namespace {

using Catch::Matchers::Contains;

constexpr image::PrivateKey kSigner{1, 2, 3};
constexpr image::PrivateKey kStranger{4, 5, 6};

policy::Selector named(const std::string& name) {
  policy::Selector selector;
  selector.terms.push_back({policy::SelectorTerm::Kind::kName, "", {name}});
  return selector;
}

policy::Identity device(const std::string& name, const std::string& port, uint32_t ip) {
  policy::Identity identity;
  identity.name = name;
  identity.bind = policy::Binding{.gateway = "gw-a",
                                  .port = port,
                                  .mac = MacAddress::unpacked(0x02'00'00'00'00'00 + (ip & 0xff)),
                                  .ip = IpAddress::v4(ip)};
  return identity;
}

std::vector<uint8_t> image_of(uint64_t generation, const std::string& gateway = "gw-a",
                              const image::PrivateKey& signer = kSigner) {
  policy::Policy policy;
  policy.identities = {device("hmi", "zone0", 0x0a000001), device("plc", "zone1", 0x0a000002)};
  policy::Relationship relationship;
  relationship.name = "hmi-to-plc";
  relationship.from = named("hmi");
  relationship.to = named("plc");
  policy::Service service;
  service.protocol = 6;
  service.ports = {{502, 502}};
  relationship.services = {service};
  policy.relationships = {relationship};
  auto image = image::compile(policy, {.gateway = gateway, .generation = generation});
  if (!image) FAIL(image.error().sentence);
  REQUIRE(image::sign(*image, signer).ok());
  return *image;
}

UniqueFd sealed(const std::vector<uint8_t>& bytes) {
  auto fd = ipc::create_sealed("test", bytes);
  REQUIRE(fd.ok());
  return std::move(fd).value();
}

// One gateway's admin side in a directory of its own; restart() is a new process on the same disk.
struct Gateway {
  Gateway() {
    std::string pattern = std::filesystem::temp_directory_path() / "bulkhead-admin-XXXXXX";
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
    setup.underlays.emplace_back().address = *parse_prefix("192.0.2.1/24");
    setup.ports = {{.index = 0, .name = "zone0", .mac = {}, .address = {}},
                   {.index = 1, .name = "zone1", .mac = {}, .address = {}}};
    setup.workers = 2;
    setup.version = "test";
    AdminHooks hooks;
    hooks.warn = [this](std::string_view sentence) { warnings.emplace_back(sentence); };
    handler.emplace(std::move(setup), std::move(hooks), *publisher, clock);
    REQUIRE(handler->start().ok());
  }

  ipc::Body ask(ipc::Body question, const UniqueFd& descriptor = UniqueFd{}) {
    const ipc::Message answer =
        handler->handle({.request_id = 7, .body = std::move(question)}, descriptor);
    CHECK(answer.request_id == 7);
    return answer.body;
  }
  ipc::Body install(const std::vector<uint8_t>& bytes, uint64_t generation) {
    return ask(ipc::InstallImage{generation, image::digest_of(bytes)}, sealed(bytes));
  }
  // The sentence of a refusal; also checks that it is reported, and that `generation` stays.
  std::string refused(const ipc::Body& answer, uint64_t generation) {
    const auto* failure = std::get_if<ipc::Failure>(&answer);
    REQUIRE(failure != nullptr);
    const auto status = std::get<ipc::DataplaneStatus>(ask(ipc::GetStatus{}));
    CHECK(status.generation == generation);
    CHECK(status.last_image_error == failure->error.sentence);
    CHECK(in_force() == generation);
    return failure->error.sentence;
  }
  uint64_t in_force() const {
    const Snapshot* snapshot = slot.pin();
    return snapshot->image.empty() ? 0 : snapshot->image.generation().value;
  }

  std::string directory;
  SystemClock clock;
  sync::Published<Snapshot> slot;
  sync::Epochs epochs{2};  // workers are offline: nobody is waited for
  std::vector<std::string> warnings;
  std::optional<Publisher> publisher;
  std::optional<AdminHandler> handler;
};

std::string installed_generation(const ipc::Body& answer) {
  if (const auto* f = std::get_if<ipc::Failure>(&answer)) return f->error.sentence;
  return std::to_string(std::get<ipc::ImageInstalled>(answer).generation);
}

}  // namespace

TEST_CASE("admin: nothing on disk, starts with no policy and says so", "[dataplane][admin]") {
  Gateway gw;
  CHECK(gw.in_force() == 0);
  CHECK(gw.warnings.empty());
  const auto hello = std::get<ipc::Hello>(gw.handler->greet().body);
  CHECK(hello.gateway == "gw-a");
  CHECK(hello.workers == 2);
  CHECK(hello.generation == 0);
  CHECK(hello.boot_nonce != ipc::BootNonce{});
}

TEST_CASE("admin: a good image, is in force, joined to ports, and kept 0600",
          "[dataplane][admin]") {
  Gateway gw;
  const auto image = image_of(5);
  CHECK(installed_generation(gw.install(image, 5)) == "5");
  CHECK(gw.in_force() == 5);
  const Snapshot* snapshot = gw.slot.pin();
  CHECK(snapshot->port_of_identity == std::vector<uint16_t>{0, 1});
  const auto status = std::get<ipc::DataplaneStatus>(gw.ask(ipc::GetStatus{}));
  CHECK(status.digest == image::digest_of(image));
  CHECK(status.last_image_error.empty());
  CHECK_FALSE(status.image_from_disk);
  const auto file = std::filesystem::status(gw.directory + "/state/last_good.image");
  CHECK(file.permissions() == std::filesystem::perms(0600));
}

TEST_CASE("admin: a truncated image, the old generation stays", "[dataplane][admin]") {
  Gateway gw;
  REQUIRE(installed_generation(gw.install(image_of(5), 5)) == "5");
  auto image = image_of(6);
  const size_t cut = GENERATE(size_t{1}, size_t{64}, size_t{1000});
  image.resize(image.size() - std::min(cut, image.size() - 1));
  CHECK_FALSE(gw.refused(gw.install(image, 6), 5).empty());
}

TEST_CASE("admin: an over-long image, the old generation stays", "[dataplane][admin]") {
  Gateway gw;
  REQUIRE(installed_generation(gw.install(image_of(5), 5)) == "5");
  auto image = image_of(6);
  image.resize(image.size() + 64);
  CHECK_FALSE(gw.refused(gw.install(image, 6), 5).empty());
}

TEST_CASE("admin: a flipped bit anywhere, the old generation stays", "[dataplane][admin]") {
  Gateway gw;
  REQUIRE(installed_generation(gw.install(image_of(5), 5)) == "5");
  const auto good = image_of(6);
  for (size_t at = 0; at < good.size(); at += 41) {
    auto image = good;
    image[at] ^= static_cast<uint8_t>(1u << (at % 8));
    // The announced digest is that of the flipped bytes: the signature must find it.
    CHECK_FALSE(gw.refused(gw.install(image, 6), 5).empty());
  }
  CHECK(installed_generation(gw.install(good, 6)) == "6");
  CHECK(std::get<ipc::DataplaneStatus>(gw.ask(ipc::GetStatus{})).last_image_error.empty());
}

TEST_CASE("admin: an image for another gateway, is refused", "[dataplane][admin]") {
  Gateway gw;
  CHECK_THAT(gw.refused(gw.install(image_of(5, "gw-b"), 5), 0), Contains("gw-b"));
}

TEST_CASE("admin: an image signed by a stranger, is refused", "[dataplane][admin]") {
  Gateway gw;
  CHECK_THAT(gw.refused(gw.install(image_of(5, "gw-a", kStranger), 5), 0), Contains("signature"));
}

TEST_CASE("admin: an unsealed memfd, is refused before it is read", "[dataplane][admin]") {
  Gateway gw;
  const auto image = image_of(5);
  const UniqueFd open(memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  REQUIRE(write(open.get(), image.data(), image.size()) == static_cast<ssize_t>(image.size()));
  const auto answer = gw.ask(ipc::InstallImage{5, image::digest_of(image)}, open);
  CHECK_THAT(gw.refused(answer, 0), Contains("seal"));
}

TEST_CASE("admin: no descriptor or a directory, is refused", "[dataplane][admin]") {
  Gateway gw;
  CHECK_FALSE(gw.refused(gw.ask(ipc::InstallImage{5, {}}), 0).empty());
  const UniqueFd directory(::open("/", O_RDONLY | O_CLOEXEC));
  CHECK_FALSE(gw.refused(gw.ask(ipc::InstallImage{5, {}}, directory), 0).empty());
}

TEST_CASE("admin: another digest or generation than announced, is refused", "[dataplane][admin]") {
  Gateway gw;
  const auto image = image_of(5);
  CHECK_THAT(gw.refused(gw.ask(ipc::InstallImage{5, {}}, sealed(image)), 0), Contains("digest"));
  CHECK_THAT(gw.refused(gw.install(image, 6), 0), Contains("generation 5"));
}

TEST_CASE("admin: an older generation, is refused as a conflict", "[dataplane][admin]") {
  Gateway gw;
  REQUIRE(installed_generation(gw.install(image_of(5), 5)) == "5");
  const auto answer = gw.install(image_of(4), 4);
  CHECK(std::get<ipc::Failure>(answer).error.code == ErrorCode::kConflict);
  CHECK_THAT(gw.refused(answer, 5), Contains("not newer than 5"));
}

TEST_CASE("admin: the same image again, is no error and no new generation", "[dataplane][admin]") {
  Gateway gw;
  const auto image = image_of(5);
  REQUIRE(installed_generation(gw.install(image, 5)) == "5");
  const Snapshot* before = gw.slot.pin();
  CHECK(installed_generation(gw.install(image, 5)) == "5");
  CHECK(gw.slot.pin() == before);
}

TEST_CASE("admin: a restart, enforces the last good image from disk", "[dataplane][admin]") {
  Gateway gw;
  const auto image = image_of(5);
  REQUIRE(installed_generation(gw.install(image, 5)) == "5");
  const auto nonce = std::get<ipc::Hello>(gw.handler->greet().body).boot_nonce;
  gw.restart();
  CHECK(gw.in_force() == 5);
  const auto hello = std::get<ipc::Hello>(gw.handler->greet().body);
  CHECK(hello.digest == image::digest_of(image));
  CHECK(hello.boot_nonce != nonce);
  CHECK(std::get<ipc::DataplaneStatus>(gw.ask(ipc::GetStatus{})).image_from_disk);
  CHECK(installed_generation(gw.install(image_of(6), 6)) == "6");
}

TEST_CASE("admin: a corrupt image on disk, starts with no policy and says why",
          "[dataplane][admin]") {
  Gateway gw;
  REQUIRE(installed_generation(gw.install(image_of(5), 5)) == "5");
  const std::string path = gw.directory + "/state/last_good.image";
  auto text = read_file(path, 1u << 20);
  REQUIRE(text.ok());
  (*text)[text->size() / 2] = static_cast<char>((*text)[text->size() / 2] ^ 0x10);
  REQUIRE(write_file_atomically(path, *text, 0600).ok());
  gw.restart();
  CHECK(gw.in_force() == 0);
  REQUIRE(gw.warnings.size() == 1);
  CHECK_THAT(gw.warnings[0], Contains("last_good.image") && Contains("everything is denied"));
  CHECK_FALSE(std::get<ipc::DataplaneStatus>(gw.ask(ipc::GetStatus{})).last_image_error.empty());
  CHECK(installed_generation(gw.install(image_of(5), 5)) == "5");
}

TEST_CASE("admin: peers and lanes, change the mesh and keep the image", "[dataplane][admin]") {
  Gateway gw;
  REQUIRE(installed_generation(gw.install(image_of(5), 5)) == "5");
  ipc::SetPeers peers;
  peers.peers.push_back({"gw-b", {{*parse_endpoint("192.0.2.2:4500"), {}}}, 4433, false, {}});
  peers.own_handshake_port = 4433;
  REQUIRE(std::holds_alternative<ipc::Ok>(gw.ask(peers)));
  const auto spis = std::get<ipc::Spis>(gw.ask(ipc::AllocateSpis{2})).spis;
  REQUIRE(spis.size() == 2);
  CHECK(spis[0] != spis[1]);
  CHECK(spis[0] >= 256);

  ipc::InstallInbound in{"gw-b", {}};
  for (uint16_t i = 0; i < 2; ++i)
    in.lanes.push_back({.spi = spis[i], .receive_worker = i, .keys = {}});
  REQUIRE(std::holds_alternative<ipc::Ok>(gw.ask(in)));
  CHECK(std::holds_alternative<ipc::Failure>(gw.ask(in)));  // each SPI once
  const Snapshot* snapshot = gw.slot.pin();
  CHECK(snapshot->image.generation().value == 5);
  CHECK(snapshot->mesh->receive_worker(spis[1]) == 1);

  REQUIRE(std::holds_alternative<ipc::Ok>(gw.ask(ipc::RemoveInbound{"gw-b", {spis[1]}})));
  CHECK(gw.slot.pin()->mesh->receive_worker(spis[1]) == kNoWorker);
  CHECK(gw.slot.pin()->mesh->receive_worker(spis[0]) == 0);
  const auto status = std::get<ipc::DataplaneStatus>(gw.ask(ipc::GetStatus{}));
  REQUIRE(status.peers.size() == 1);
  CHECK(status.peers[0].inbound_lanes == 1);
}

TEST_CASE("admin: lanes for a stranger, are refused and publish nothing", "[dataplane][admin]") {
  Gateway gw;
  const Snapshot* before = gw.slot.pin();
  CHECK(std::holds_alternative<ipc::Failure>(gw.ask(ipc::InstallInbound{"nobody", {}})));
  CHECK(std::holds_alternative<ipc::Failure>(gw.ask(ipc::AllocateSpis{0})));
  CHECK(std::holds_alternative<ipc::Failure>(gw.ask(ipc::AllocateSpis{ipc::kMaxLanes + 1})));
  CHECK(gw.slot.pin() == before);
}

TEST_CASE("admin: an answer sent as a question, is refused", "[dataplane][admin]") {
  Gateway gw;
  CHECK_THAT(std::get<ipc::Failure>(gw.ask(ipc::Ok{})).error.sentence, Contains("no question"));
}

TEST_CASE("admin: a worker that does not obey, is told of and holds the old snapshot",
          "[dataplane][admin]") {
  Gateway gw;
  gw.epochs.online(0);
  const auto answer = gw.install(image_of(5), 5);
  CHECK(std::get<ipc::Failure>(answer).error.code == ErrorCode::kUnavailable);
  CHECK(gw.in_force() == 5);
  gw.epochs.quiescent(0);
  gw.epochs.offline(0);
  CHECK(installed_generation(gw.install(image_of(6), 6)) == "6");
}

std::vector<uint8_t> overlay_of(uint64_t number, std::vector<overlay::Lock> locks,
                                const image::PrivateKey& signer = kSigner) {
  const overlay::Overlay overlay{number, 0, "gw-a", std::move(locks), {}, {}};
  auto sealed = overlay::seal(overlay, signer);
  if (!sealed) FAIL(sealed.error().sentence);
  return *sealed;
}

const std::vector<overlay::Lock> kPlcLocked{{overlay::LockTarget::kIdentity, "plc"}};

struct OverlayGateway : Gateway {
  ipc::Body obey(const std::vector<uint8_t>& bytes, uint64_t number) {
    return ask(ipc::InstallOverlay{number, image::digest_of(bytes)}, sealed(bytes));
  }
  [[nodiscard]] bool plc_locked() const {
    const Snapshot* snapshot = slot.pin();
    const auto decision =
        snapshot->image.decide_flow(IdentityIndex(0), IdentityIndex(1), 6, 502, 0);
    return decision.refusal == image::Refusal::kLocked;
  }
  // The sentence of a refusal, which is reported and changes nothing.
  std::string refused_overlay(const ipc::Body& answer, uint64_t number) {
    const auto* failure = std::get_if<ipc::Failure>(&answer);
    REQUIRE(failure != nullptr);
    const auto status = std::get<ipc::DataplaneStatus>(ask(ipc::GetStatus{}));
    CHECK(status.overlay_number == number);
    CHECK(status.last_overlay_error == failure->error.sentence);
    return failure->error.sentence;
  }
};

TEST_CASE("admin: an overlay is in force at once, under a new number of decisions",
          "[dataplane][admin][overlay]") {
  OverlayGateway gw;
  gw.install(image_of(5), 5);
  const uint64_t before = gw.slot.pin()->decisions;
  CHECK_FALSE(gw.plc_locked());
  const auto answer = gw.obey(overlay_of(3, kPlcLocked), 3);
  CHECK(std::get<ipc::OverlayInstalled>(answer).number == 3);
  CHECK(gw.plc_locked());
  CHECK(gw.slot.pin()->decisions > before);
  const auto hello = std::get<ipc::Hello>(gw.handler->greet().body);
  CHECK(hello.overlay_number == 3);
  gw.obey(overlay_of(4, {}), 4);
  CHECK_FALSE(gw.plc_locked());
}

TEST_CASE("admin: an overlay is resolved again for each new image, also for names unknown before",
          "[dataplane][admin][overlay]") {
  OverlayGateway gw;
  gw.obey(overlay_of(1, kPlcLocked), 1);  // without any image yet
  gw.install(image_of(5), 5);
  CHECK(gw.plc_locked());
  gw.install(image_of(6), 6);
  CHECK(gw.plc_locked());
}

TEST_CASE("admin: a change of peers decides nothing anew", "[dataplane][admin][overlay]") {
  OverlayGateway gw;
  gw.install(image_of(5), 5);
  gw.obey(overlay_of(1, kPlcLocked), 1);
  const uint64_t before = gw.slot.pin()->decisions;
  gw.ask(ipc::SetPeers{});
  CHECK(gw.slot.pin()->decisions == before);
  CHECK(gw.plc_locked());
}

TEST_CASE("admin: an overlay that is old, forged, announced wrongly or malformed changes nothing",
          "[dataplane][admin][overlay]") {
  OverlayGateway gw;
  gw.install(image_of(5), 5);
  const auto good = overlay_of(3, kPlcLocked);
  gw.obey(good, 3);
  CHECK(std::get<ipc::OverlayInstalled>(gw.obey(good, 3)).number == 3);  // again is no error
  CHECK_THAT(gw.refused_overlay(gw.obey(overlay_of(3, {}), 3), 3), Contains("not newer than 3"));
  CHECK_THAT(gw.refused_overlay(gw.obey(overlay_of(2, {}), 2), 3), Contains("not newer than 3"));
  CHECK_THAT(gw.refused_overlay(gw.obey(overlay_of(4, {}, kStranger), 4), 3),
             Contains("signature does not fit"));
  CHECK_THAT(gw.refused_overlay(gw.obey(overlay_of(4, {}), 5), 3), Contains("5 was announced"));
  auto changed = overlay_of(4, {});
  changed[10] ^= 1;
  CHECK_THAT(gw.refused_overlay(gw.obey(changed, 4), 3), Contains("signature does not fit"));
  const auto announced = gw.ask(ipc::InstallOverlay{4, {}}, sealed(overlay_of(4, {})));
  CHECK_THAT(gw.refused_overlay(announced, 3), Contains("digest"));
  CHECK(gw.plc_locked());
}

TEST_CASE("admin: a restart enforces image and overlay from disk, or neither",
          "[dataplane][admin][overlay]") {
  OverlayGateway gw;
  gw.install(image_of(5), 5);
  gw.obey(overlay_of(3, kPlcLocked), 3);
  gw.restart();
  CHECK(gw.in_force() == 5);
  CHECK(gw.plc_locked());
  const std::string path = gw.directory + "/state/last_good.overlay";
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
        (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
  REQUIRE(write_file_atomically(path, std::string_view("no overlay"), 0600).ok());
  gw.restart();
  CHECK(gw.in_force() == 0);
  REQUIRE_FALSE(gw.warnings.empty());
  CHECK_THAT(gw.warnings.back(), Contains("last_good.overlay") && Contains("everything is denied"));
}

TEST_CASE("signer key: PEM files, only an Ed25519 public key will do", "[dataplane][admin]") {
  std::string pattern = std::filesystem::temp_directory_path() / "bulkhead-key-XXXXXX";
  const std::string directory = mkdtemp(pattern.data());
  const std::string path = directory + "/k.pem";
  CHECK(load_signer(path).error().code == ErrorCode::kNotFound);
  REQUIRE(write_file_atomically(path, std::string_view("no key"), 0600).ok());
  CHECK_THAT(load_signer(path).error().sentence, Contains("PEM"));
  // RFC 8410, section 10.1.
  REQUIRE(write_file_atomically(
              path,
              std::string_view("-----BEGIN PUBLIC KEY-----\n"
                               "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
                               "-----END PUBLIC KEY-----\n"),
              0600)
              .ok());
  const auto key = load_signer(path);
  REQUIRE(key.ok());
  CHECK((*key)[0] == 0x19);
  CHECK((*key)[31] == 0xe1);
  std::filesystem::remove_all(directory);
}

}  // namespace bulkhead::dataplane
