// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "config/control_config.h"

namespace bulkhead::control {

namespace {

const std::string kGood = R"yaml(
gateway: gw-a
dataplane_socket: /run/bulkhead/dataplane.sock
api_socket: /run/bulkhead/api.sock
store: /var/lib/bulkhead/control.db
certificate: /etc/bulkhead/gateway.pem
private_key: /etc/bulkhead/gateway.key
trust_anchors: /etc/bulkhead/roots.pem
image_signing_key: /etc/bulkhead/image-signing.key
handshake_listen: "172.16.0.1:4433"
)yaml";
const std::string kPeer = R"yaml(peers:
  - name: gw-b
    underlay: "172.16.0.2:4500"
    handshake: "172.16.0.2:4433"
)yaml";

std::string refusal(const std::string& text) {
  const auto config = parse_config(text, "control.yaml");
  REQUIRE_FALSE(config);
  REQUIRE(config.error().code == ErrorCode::kInvalid);
  return config.error().sentence;
}

}  // namespace

TEST_CASE("control config: the required keys alone give the documented defaults",
          "[control][config]") {
  const auto config = parse_config(kGood, "control.yaml");
  REQUIRE(config);
  REQUIRE(config->gateway == "gw-a");
  REQUIRE(config->trust_domain == "bulkhead");
  REQUIRE(config->rekey_interval_s == 3600);
  REQUIRE(config->drain_s == 5);
  REQUIRE_FALSE(config->api_listen);
  REQUIRE(config->peers.empty());
}

TEST_CASE("control config: peers and optional keys are read", "[control][config]") {
  const auto config = parse_config(
      kGood + kPeer + "api_listen: \"[::1]:8443\"\nrekey_interval_s: 60\ndrain_s: 1\n", "c");
  REQUIRE(config);
  REQUIRE(config->peers.size() == 1);
  REQUIRE(to_string(config->peers[0].paths[0].underlay) == "172.16.0.2:4500");
  REQUIRE(config->api_listen->port == 8443);
  REQUIRE(config->rekey_interval_s == 60);
}

TEST_CASE("control config: bad files are refused with place and object", "[control][config]") {
  struct Row {
    std::string text;
    std::string said;
  };
  const auto row = GENERATE(values<Row>({
      {"", "control.yaml"},
      {"[]", "control.yaml:1:1"},
      {kGood + "colour: red\n", "control.yaml:11:1: colour: unknown key"},
      {kGood + "gateway: gw-z\n", "control.yaml:11:1: duplicate key 'gateway'"},
      {kGood + "rekey_interval_s: 5\n", "control.yaml:11:19: rekey_interval_s"},
      {kGood + "rekey_interval_s: soon\n", "rekey_interval_s"},
      {kGood + "drain_s: 301\n", "drain_s"},
      {kGood + "api_listen: nowhere\n", "api_listen"},
      {kGood + "api_listen: 127.0.0.1:0\n", "is not an endpoint"},
      {kGood + kPeer + "    colour: red\n", "peers[0].colour: unknown key"},
      {kGood + kPeer + kPeer.substr(7), "names gw-b a second time"},
      {kGood +
           "peers:\n  - name: gw-a\n    underlay: \"10.0.0.1:1\"\n    handshake: \"10.0.0.1:2\"\n",
       "names this gateway itself"},
      {kGood + "trust_domain: \"a b\"\n", "trust_domain: is not a name"},
  }));
  CAPTURE(row.text);
  REQUIRE_THAT(refusal(row.text), Catch::Contains(row.said));
}

TEST_CASE("control config: paths, translators and several own addresses are read",
          "[control][config]") {
  const std::string listen =
      "handshake_listen:\n  - \"172.16.0.1:4433\"\n  - {mesh_port: m1, address: "
      "\"[fd00::1]:4433\"}\n";
  std::string text = kGood.substr(0, kGood.find("handshake_listen")) + listen;
  text += R"yaml(keepalive_ms: 100
peers:
  - name: gw-b
    paths:
      - {underlay: "172.16.0.2:4500", handshake: "172.16.0.2:4433"}
      - {underlay: "[fd00::2]:4500", handshake: "[fd00::2]:4433", mesh_port: m1}
  - {name: gw-c, behind_nat: true, from: ["198.51.100.0/24", "2001:db8::/32"]}
)yaml";
  const auto config = parse_config(text, "c");
  INFO((config ? "" : config.error().sentence));
  REQUIRE(config);
  REQUIRE(config->keepalive_ms == 100);
  REQUIRE(config->handshake_listen.size() == 2);
  REQUIRE(config->handshake_listen[1].mesh_port == "m1");
  REQUIRE(config->peers[0].paths.size() == 2);
  REQUIRE(config->peers[0].paths[1].mesh_port == "m1");
  REQUIRE(to_string(config->peers[0].paths[1].underlay) == "[fd00::2]:4500");
  REQUIRE(config->peers[1].behind_nat);
  REQUIRE(config->peers[1].from.size() == 2);
  REQUIRE(config->peers[1].paths.size() == 1);
  REQUIRE(config->peers[1].handshake_port() == 0);
  for (const PeerConfig& peer : config->peers) {
    const auto again = parse_peer(to_yaml(peer), "stored");
    REQUIRE(again);
    CHECK(again->paths == peer.paths);
    CHECK(again->behind_nat == peer.behind_nat);
    CHECK(again->from.size() == peer.from.size());
  }
}

TEST_CASE("control config: peers that cannot be are refused with what to change",
          "[control][config]") {
  const std::string path = "{underlay: \"10.0.0.2:4500\", handshake: \"10.0.0.2:4433\"}";
  const std::string other = "{underlay: \"10.0.1.2:4500\", handshake: \"10.0.1.2:4434\"}";
  struct Row {
    std::string text;
    std::string said;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {"peers: [{name: gw-b, paths: []}]\n", "peers[0].paths: has 0 entries: 1 to 4"},
      {"peers: [{name: gw-b, paths: [" + path + ", " + other + "]}]\n", "different handshake"},
      {"peers: [{name: gw-b, paths: [" + path + "], underlay: \"10.0.0.2:4500\"}]\n",
       "write one of both forms"},
      {"peers: [{name: gw-b, from: [10.0.0.0/8], paths: [" + path + "]}]\n", "behind_nat"},
      {"peers: [{name: gw-b, behind_nat: true}]\n", "peers[0].from: is needed with behind_nat"},
      {"behind_nat: true\npeers: [{name: gw-b, behind_nat: true, from: [10.0.0.0/8]}]\n",
       "neither could call the other"},
      {"keepalive_ms: 99\n", "keepalive_ms"},
      {"peers: [{name: gw-b}]\n", "underlay"},
  }));
  CAPTURE(row.text);
  REQUIRE_THAT(refusal(kGood + row.text), Catch::Contains(row.said));
}

TEST_CASE("control config: who cannot be called initiates, else the smaller name",
          "[control][config]") {
  PeerConfig peer;
  peer.name = "gw-b";
  REQUIRE(initiates(peer, "gw-a", false));
  REQUIRE_FALSE(initiates(peer, "gw-c", false));
  REQUIRE(initiates(peer, "gw-c", true));
  peer.behind_nat = true;
  REQUIRE_FALSE(initiates(peer, "gw-a", false));
}

TEST_CASE("control config: all missing keys are named at once", "[control][config]") {
  const std::string said = refusal("gateway: gw-a\n");
  for (const char* key : {"dataplane_socket", "api_socket", "store", "certificate", "private_key",
                          "trust_anchors", "image_signing_key", "handshake_listen"})
    REQUIRE_THAT(said, Catch::Contains(key));
}

TEST_CASE("control config: a file that is not there is named", "[control][config]") {
  const auto config = load_config("/nonexistent/control.yaml");
  REQUIRE_FALSE(config);
  REQUIRE(config.error().code == ErrorCode::kNotFound);
  REQUIRE_THAT(config.error().sentence, Catch::Contains("/nonexistent/control.yaml"));
}

TEST_CASE("control config: a fleet is URLs of one etcd, without TLS only on this machine",
          "[control][config]") {
  const auto config = parse_config(
      kGood + "fleet: { etcd: [\"https://10.0.0.5:2379\", \"http://127.0.0.1:2379/\"] }\n", "c");
  REQUIRE(config);
  const FleetConfig& fleet = *config->fleet;
  REQUIRE(fleet.endpoints.size() == 2);
  CHECK(fleet.endpoints[0].address == "10.0.0.5:2379");
  CHECK(fleet.endpoints[0].tls);
  CHECK(fleet.endpoints[1].address == "127.0.0.1:2379");
  CHECK_FALSE(fleet.endpoints[1].tls);
  CHECK(fleet.prefix == "/bulkhead/bulkhead");
  const auto with = [](const std::string& fields) {
    return refusal(kGood + "fleet: {" + fields + "}\n");
  };
  CHECK_THAT(with("etcd: \"http://10.0.0.5:2379\""), Catch::Contains("without TLS"));
  CHECK_THAT(with("etcd: \"10.0.0.5:2379\""), Catch::Contains("no URL"));
  CHECK_THAT(with("etcd: \"https://etcd\""), Catch::Contains("no port"));
  CHECK_THAT(with("etcd: []"), Catch::Contains("1 to 9 URLs"));
  CHECK_THAT(with("prefix: /x"), Catch::Contains("etcd"));
  CHECK_THAT(with("etcd: \"https://e:1\", prefix: x/"), Catch::Contains("no prefix"));
  CHECK_THAT(with("etcd: \"https://e:1\", certificate: c.pem"), Catch::Contains("private_key"));
}

TEST_CASE("control config: evidence needs a directory; its sizes have bounds",
          "[control][config]") {
  REQUIRE_FALSE(parse_config(kGood, "c")->evidence);
  auto config = parse_config(kGood + "evidence: { directory: /var/lib/bulkhead/evidence }\n", "c");
  REQUIRE(config);
  REQUIRE(config->evidence->directory == "/var/lib/bulkhead/evidence");
  REQUIRE(config->evidence->max_mb == 64);
  REQUIRE(config->evidence->keep == 16);
  REQUIRE(config->evidence->seconds_per_file == 86'400);
  config = parse_config(
      kGood + "evidence: { directory: e, max_mb: 1, keep: 2, seconds_per_file: 3 }\n", "c");
  REQUIRE(config);
  REQUIRE(config->evidence->max_mb == 1);
  REQUIRE(config->evidence->keep == 2);
  REQUIRE(config->evidence->seconds_per_file == 3);
  REQUIRE_THAT(refusal(kGood + "evidence: {}\n"), Catch::Contains("directory"));
  REQUIRE_THAT(refusal(kGood + "evidence: { directory: \"\" }\n"), Catch::Contains("empty"));
  REQUIRE_THAT(refusal(kGood + "evidence: { directory: e, keep: 0 }\n"), Catch::Contains("keep"));
  REQUIRE_THAT(refusal(kGood + "evidence: { directory: e, size: 1 }\n"), Catch::Contains("size"));
}

TEST_CASE("control config: approval is asked for by name, and other words are errors",
          "[control][config]") {
  const auto config =
      parse_config(kGood + "approval: { required_for: [apply, grant], expires_s: 600 }\n", "c");
  REQUIRE(config);
  REQUIRE(config->approval.apply);
  REQUIRE(config->approval.grant);
  REQUIRE_FALSE(config->approval.rollback);
  REQUIRE(config->approval.expires_s == 600);
  REQUIRE_THAT(refusal(kGood + "approval: { required_for: [revoke] }\n"),
               Catch::Contains("'revoke' is none of apply, rollback, grant"));
  REQUIRE_THAT(refusal(kGood + "approval: {}\n"), Catch::Contains("required_for"));
  REQUIRE_THAT(refusal(kGood + "approval: { required_for: apply, expires_s: 5 }\n"),
               Catch::Contains("expires_s"));
}

}  // namespace bulkhead::control
