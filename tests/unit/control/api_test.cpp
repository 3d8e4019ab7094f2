// SPDX-License-Identifier: Apache-2.0
// The services through a real gRPC server on a unix socket, with the client of the command line.
#include <catch2/catch.hpp>
#include <filesystem>

#include "cli/api_client.h"
#include "control_fixture.h"
#include "server/api_server.h"
#include "telemetry/drop_reason.h"

namespace bulkhead::control {

namespace {

struct Api {
  Api() {
    config.gateway = "gw-a";
    config.api_socket = plant.directory.file("api/api.sock");
    config.peers.push_back(
        {"gw-b",
         {{*parse_endpoint("10.0.0.2:4500"), *parse_endpoint("10.0.0.2:4433"), {}}},
         false,
         {}});
    parts.mesh.configured = [this] { return config.peers; };
    parts.mesh.own_denial = [] { return std::string{}; };
    parts.mesh.peers = [] { return std::vector<PeerState>{}; };
    parts.mesh.rekey = [](const std::string& peer) -> Status {
      if (peer == "gw-b") return {};
      return Error{ErrorCode::kNotFound, "no peer " + peer};
    };
    auto started = ApiServer::start(parts);
    if (!started) FAIL(started.error().sentence);
    server = std::move(*started);
    client = std::make_unique<cli::ApiClient>(cli::ApiPlace{.socket = config.api_socket});
  }

  cli::Answer<v1::ApplyResponse> apply(const std::string& yaml,
                                       std::optional<uint64_t> expected = {}) {
    v1::ApplyRequest request;
    request.set_policy_yaml(yaml);
    request.set_file_name("cell.yaml");
    if (expected) request.set_expected_generation(*expected);
    return client->apply(request);
  }

  Plant plant;
  ControlConfig config;
  EventHub events;
  TelemetryReader telemetry{plant.policies.recent(), events, plant.clock};
  Explainer explainer{plant.policies, events, plant.clock};
  Parts parts{.config = config,
              .policies = plant.policies,
              .explainer = explainer,
              .events = events,
              .telemetry = telemetry,
              .link = plant.dataplane,
              .mesh = {},
              .clock = plant.clock,
              .started_wall_ns = plant.clock.wall_ns};
  std::unique_ptr<ApiServer> server;
  std::unique_ptr<cli::ApiClient> client;
};

template <typename T>
const T& answered(const cli::Answer<T>& answer) {
  if (const auto* error = std::get_if<cli::CallError>(&answer)) FAIL(error->sentence);
  return std::get<T>(answer);
}

template <typename T>
v1::ErrorDetail refusal(const cli::Answer<T>& answer) {
  const auto* error = std::get_if<cli::CallError>(&answer);
  REQUIRE(error != nullptr);
  REQUIRE_FALSE(error->unreachable);
  REQUIRE_FALSE(error->details.empty());
  return error->details.front();
}

}  // namespace

TEST_CASE("api: apply, get and history tell the same story", "[control][api]") {
  Api api;
  const auto applied = api.apply(policy_yaml(), 0);
  REQUIRE(answered(applied).generation() == 1);
  REQUIRE(answered(applied).delivery() == v1::DELIVERY_OBEYED);
  REQUIRE(answered(applied).publish_ns() == 2000);
  const auto got = api.client->get({});
  REQUIRE(answered(got).policy_yaml() == policy_yaml());
  REQUIRE(answered(got).version().current());
  REQUIRE(answered(got).version().digest() == answered(applied).digest());
  REQUIRE_THAT(answered(got).version().author(), Catch::StartsWith("local:"));
  const auto history = api.client->history({});
  REQUIRE(answered(history).versions_size() == 1);
}

TEST_CASE("api: findings come back with object, place and sentence", "[control][api]") {
  Api api;
  const v1::ErrorDetail detail =
      refusal(api.apply("identities: []\nrelationships: []\ncolour: red\n"));
  REQUIRE(detail.code() == v1::ERROR_CODE_INVALID);
  REQUIRE(detail.file() == "cell.yaml");
  REQUIRE(detail.line() != 0);
}

TEST_CASE("api: orders are taken, listed and ended; what is malformed is refused with its field",
          "[control][api][overlay]") {
  Api api;
  answered(api.apply(policy_yaml()));
  api.plant.dataplane.present = false;
  v1::LockRequest lock;
  REQUIRE(refusal(api.client->lock(lock)).object() == "");  // nobody takes orders yet
  auto orders = *OrderStore::open(api.plant.directory.file("control.db"));
  OverlayAdministrator overlays(
      "gw-a", api.plant.key, *orders, api.plant.dataplane, api.plant.clock,
      [&](uint64_t generation) { return api.plant.policies.recent().find(generation); });
  api.parts.overlays = &overlays;
  REQUIRE(refusal(api.client->lock(lock)).object() == "subject");
  lock.mutable_subject()->set_zone("role=");
  REQUIRE(refusal(api.client->lock(lock)).object() == "subject");
  lock.mutable_subject()->set_zone("role=plc");
  lock.set_reason("seen writing");
  REQUIRE(answered(api.client->lock(lock)).delivery() == v1::DELIVERY_STORED);
  v1::IslandRequest island;
  island.set_name("cell/");
  island.set_gateway("gw-a");
  REQUIRE(refusal(api.client->island(island)).object() == "name");
  island.set_name("cell");
  REQUIRE(answered(api.client->island(island)).delivery() == v1::DELIVERY_STORED);
  v1::SetPostureRequest fact;
  fact.set_identity("hmi-3");
  fact.set_attribute("patched");
  REQUIRE(refusal(api.client->set_posture(fact)).object() == "until");
  fact.mutable_until()->set_seconds(api.plant.clock.wall_ns / 1'000'000'000 + 60);
  answered(api.client->set_posture(fact));
  const auto state = api.client->state();
  REQUIRE(answered(state).locks_size() == 1);
  REQUIRE(answered(state).locks(0).subject().zone() == "role=plc");
  REQUIRE(answered(state).locks(0).reason() == "seen writing");
  REQUIRE_THAT(answered(state).locks(0).author(), Catch::StartsWith("local:"));
  REQUIRE(answered(state).islands(0).gateway() == "gw-a");
  REQUIRE(answered(state).posture(0).attribute() == "patched");
  v1::ReleaseRequest release;
  release.set_name("cell");
  answered(api.client->release(release));
  REQUIRE(refusal(api.client->release(release)).code() == v1::ERROR_CODE_NOT_FOUND);
}

TEST_CASE("api: another expected generation is a conflict", "[control][api]") {
  Api api;
  answered(api.apply(policy_yaml()));
  REQUIRE(refusal(api.apply(policy_yaml(99), 0)).code() == v1::ERROR_CODE_CONFLICT);
}

TEST_CASE("api: the dataplane's refusal is the caller's answer", "[control][api]") {
  Api api;
  api.plant.dataplane.refusal = "section 3 lies outside the image";
  const v1::ErrorDetail detail = refusal(api.apply(policy_yaml()));
  REQUIRE(detail.object() == "image");
  REQUIRE(detail.sentence() == "section 3 lies outside the image");
}

TEST_CASE("api: without a dataplane apply stores, and status says that it is not connected",
          "[control][api]") {
  Api api;
  api.plant.dataplane.present = false;
  REQUIRE(answered(api.apply(policy_yaml())).delivery() == v1::DELIVERY_STORED);
  const auto status = api.client->status();
  REQUIRE_FALSE(answered(status).connected());
  REQUIRE(answered(status).stored_generation() == 1);
}

TEST_CASE("api: status says whether the policy in force is the stored one", "[control][api]") {
  Api api;
  answered(api.apply(policy_yaml()));
  REQUIRE(answered(api.client->status()).in_step());
  api.plant.dataplane.hello.digest.fill(1);
  REQUIRE_FALSE(answered(api.client->status()).in_step());
}

TEST_CASE("api: validate reports findings and changes nothing", "[control][api]") {
  Api api;
  v1::ValidateRequest request;
  request.set_policy_yaml("nonsense: 1\n");
  const auto answer = api.client->validate(request);
  REQUIRE_FALSE(answered(answer).valid());
  REQUIRE(answered(answer).findings_size() != 0);
  REQUIRE(refusal(api.client->get({})).code() == v1::ERROR_CODE_NOT_FOUND);
}

TEST_CASE("api: explain speaks about an access and about an event", "[control][api]") {
  Api api;
  answered(api.apply(policy_yaml()));
  v1::ExplainRequest access;
  access.mutable_access()->set_from("hmi-3");
  access.mutable_access()->set_to("plc-7");
  for (const char* word : {"modbus", "write", "holding", "10", "=", "5"})
    access.mutable_access()->add_words(word);
  const auto denied = api.client->explain(access);
  REQUIRE(answered(denied).verdict() == v1::VERDICT_DENY);
  REQUIRE(answered(denied).steps_size() != 0);
  REQUIRE(answered(denied).would_allow_size() != 0);
  access.mutable_access()->set_words(3, "105");
  REQUIRE(answered(api.client->explain(access)).verdict() == v1::VERDICT_ALLOW);

  telemetry::EventRecord record;
  record.generation = 1;
  api.events.publish(resolve(record, nullptr));
  v1::ExplainRequest event;
  event.set_event_id(1);
  REQUIRE(answered(api.client->explain(event)).event().id() == 1);
  event.set_event_id(2);
  REQUIRE(refusal(api.client->explain(event)).code() == v1::ERROR_CODE_NOT_FOUND);
  REQUIRE(refusal(api.client->explain({})).code() == v1::ERROR_CODE_INVALID);
}

TEST_CASE("api: the event stream replays, then follows", "[control][api]") {
  Api api;
  for (int i = 0; i < 3; ++i) api.events.publish({});
  v1::StreamEventsRequest request;
  request.set_replay(2);
  std::vector<uint64_t> ids;
  REQUIRE_FALSE(api.client->events(request, [&](const v1::StreamEventsResponse& response) {
    ids.push_back(response.event().id());
    return true;
  }));
  REQUIRE(ids == std::vector<uint64_t>{2, 3});
  request.set_follow(true);
  ids.clear();
  REQUIRE_FALSE(api.client->events(request, [&](const v1::StreamEventsResponse& response) {
    ids.push_back(response.event().id());
    if (ids.size() == 2) api.events.publish({});
    return ids.size() < 3;
  }));
  REQUIRE(ids == std::vector<uint64_t>{2, 3, 4});
}

TEST_CASE("api: packets come as one pcapng section, chosen by reason and identity",
          "[control][api]") {
  Api api;
  const auto publish = [&](DropReason reason, const char* source, bool packet = true) {
    ResolvedEvent event;
    event.record.reason = static_cast<uint8_t>(reason);
    event.source = source;
    if (packet) event.packet = std::make_shared<const CapturedPacket>();
    api.events.publish(event);
  };
  publish(DropReason::kVetoed, "hmi-1");
  publish(DropReason::kVetoed, "hmi-2");
  publish(DropReason::kLocked, "hmi-1");
  publish(DropReason::kLocked, "hmi-1", false);
  v1::StreamPacketsRequest request;
  std::string text;
  const auto packets = [&] {
    text.clear();
    size_t answers = 0;
    REQUIRE_FALSE(api.client->packets(request, [&](const v1::StreamPacketsResponse& response) {
      text += response.blocks();
      ++answers;
      return true;
    }));
    REQUIRE(text.substr(0, 4) == "\x0a\x0d\x0d\x0a");
    return answers - 1;
  };
  CHECK(packets() == 0);  // nothing was asked for
  request.set_replay(100);
  CHECK(packets() == 3);
  request.set_replay(1);
  CHECK(packets() == 1);
  CHECK_THAT(text, Catch::Contains("#3 "));
  request.set_replay(100);
  request.set_identity("hmi-1");
  CHECK(packets() == 2);
  request.set_reason("vetoed");
  CHECK(packets() == 1);
  CHECK_THAT(text, Catch::Contains("#1 "));
  const auto entries = *api.plant.audit->list(2, 0);
  CHECK(entries[0].record.action == "evidence.read");
  CHECK(entries[0].record.object == "packets of hmi-1, refused as vetoed");

  request.set_reason("nonsense");
  const auto error = api.client->packets(request, [](const auto&) { return true; });
  REQUIRE(error);
  CHECK(error->details.at(0).code() == v1::ERROR_CODE_INVALID);
}

TEST_CASE("api: packets of further events follow, until the caller has had enough",
          "[control][api]") {
  Api api;
  ResolvedEvent event;
  event.packet = std::make_shared<const CapturedPacket>();
  v1::StreamPacketsRequest request;
  request.set_follow(true);
  size_t answers = 0;
  REQUIRE_FALSE(api.client->packets(request, [&](const v1::StreamPacketsResponse&) {
    api.events.publish(event);
    return ++answers < 3;
  }));
  CHECK(answers == 3);
}

TEST_CASE("api: limits of requests are checked", "[control][api]") {
  Api api;
  v1::HistoryRequest history;
  history.set_limit(1001);
  REQUIRE(refusal(api.client->history(history)).object() == "limit");
  v1::ApplyRequest apply;
  apply.set_policy_yaml(policy_yaml());
  apply.set_comment(std::string(1025, 'x'));
  REQUIRE(refusal(api.client->apply(apply)).code() == v1::ERROR_CODE_INVALID);
  apply.set_comment("two\nlines");
  REQUIRE(refusal(api.client->apply(apply)).code() == v1::ERROR_CODE_INVALID);
}

TEST_CASE("api: peers are those configured, and a rekey of another is refused", "[control][api]") {
  Api api;
  const auto peers = api.client->peers();
  REQUIRE(answered(peers).peers_size() == 1);
  REQUIRE(answered(peers).peers(0).name() == "gw-b");
  v1::RekeyRequest request;
  request.set_peer("gw-b");
  answered(api.client->rekey(request));
  request.set_peer("gw-z");
  REQUIRE(refusal(api.client->rekey(request)).code() == v1::ERROR_CODE_NOT_FOUND);
}

TEST_CASE("api: counters are unavailable until a dataplane came", "[control][api]") {
  Api api;
  REQUIRE(refusal(api.client->counters()).code() == v1::ERROR_CODE_UNAVAILABLE);
}

TEST_CASE("api: the socket is for its owner only", "[control][api]") {
  Api api;
  using std::filesystem::perms;
  REQUIRE(std::filesystem::status(api.config.api_socket).permissions() ==
          (perms::owner_read | perms::owner_write));
  const auto directory = std::filesystem::path(api.config.api_socket).parent_path();
  REQUIRE(std::filesystem::status(directory).permissions() == perms::owner_all);
}

TEST_CASE("client: nobody at the socket is told apart from a refusal", "[control][api]") {
  const ScratchDirectory directory;
  const auto answer = cli::ApiClient({.socket = directory.file("none.sock")}).status();
  const auto* error = std::get_if<cli::CallError>(&answer);
  REQUIRE(error != nullptr);
  REQUIRE(error->unreachable);
  REQUIRE_THAT(error->sentence, Catch::Contains("is bulkhead-control running"));
}

}  // namespace bulkhead::control
