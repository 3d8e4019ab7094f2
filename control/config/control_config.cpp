// SPDX-License-Identifier: Apache-2.0
#include "config/control_config.h"

#include <algorithm>
#include <set>

#include "base/file.h"
#include "config/strict_yaml.h"
#include "ipc/messages.h"

namespace bulkhead::control {

namespace {

using config::MapReader;
using config::Problems;

constexpr size_t kMaxConfigBytes = 1u << 20;

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= ipc::kMaxName &&
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

std::string name_at(MapReader& map, const char* key, std::string text) {
  if (!text.empty() && !is_name(text))
    map.error(key, "is not a name: 1-63 letters, digits, '-', '_' and '.'");
  return text;
}

std::optional<Endpoint> endpoint_at(MapReader& map, const char* key, const std::string& text) {
  if (text.empty()) return std::nullopt;
  Result<Endpoint> endpoint = parse_endpoint(text);
  if (!endpoint) {
    map.error(key, endpoint.error().sentence);
    return std::nullopt;
  }
  return *endpoint;
}

Endpoint required_endpoint(MapReader& map, const char* key) {
  return endpoint_at(map, key, map.required_string(key)).value_or(Endpoint{});
}

PeerConfig read_peer(const config::Node& node, size_t index, Problems& problems) {
  MapReader map(node, "peers[" + std::to_string(index) + "]", problems);
  PeerConfig peer;
  peer.name = name_at(map, "name", map.required_string("name"));
  peer.underlay = required_endpoint(map, "underlay");
  peer.handshake = required_endpoint(map, "handshake");
  map.finish();
  return peer;
}

void read_peers(MapReader& map, ControlConfig& config) {
  std::set<std::string> names;
  for (const config::Node* node : map.optional_list("peers")) {
    PeerConfig peer = read_peer(*node, config.peers.size(), map.problems());
    const std::string object = "peers[" + std::to_string(config.peers.size()) + "].name";
    if (!names.insert(peer.name).second)
      map.problems().add(node->line, node->column, object, "names " + peer.name + " a second time");
    if (!peer.name.empty() && peer.name == config.gateway)
      map.problems().add(node->line, node->column, object, "names this gateway itself");
    config.peers.push_back(std::move(peer));
  }
  if (config.peers.size() > ipc::kMaxPeers)
    map.error("peers", "has more than " + std::to_string(ipc::kMaxPeers) + " entries");
}

ControlConfig read_config(const config::Node& root, Problems& problems) {
  MapReader map(root, "", problems);
  ControlConfig config;
  config.gateway = name_at(map, "gateway", map.required_string("gateway"));
  config.trust_domain =
      name_at(map, "trust_domain", map.optional_string("trust_domain", "bulkhead"));
  config.dataplane_socket = map.required_string("dataplane_socket");
  config.api_socket = map.required_string("api_socket");
  config.api_listen = endpoint_at(map, "api_listen", map.optional_string("api_listen", ""));
  config.store = map.required_string("store");
  config.certificate = map.required_string("certificate");
  config.private_key = map.required_string("private_key");
  config.trust_anchors = map.required_string("trust_anchors");
  config.image_signing_key = map.required_string("image_signing_key");
  config.handshake_listen = required_endpoint(map, "handshake_listen");
  config.rekey_interval_s = static_cast<uint32_t>(
      map.optional_number("rekey_interval_s", config.rekey_interval_s, 10, 86'400));
  config.drain_s = static_cast<uint32_t>(map.optional_number("drain_s", config.drain_s, 1, 300));
  read_peers(map, config);
  map.finish();
  return config;
}

Error error_of(const Problems& problems) {
  std::string sentence;
  for (const config::Problem& problem : problems.items())
    sentence += (sentence.empty() ? "" : "\n") + config::to_string(problem);
  return {ErrorCode::kInvalid, std::move(sentence)};
}

}  // namespace

Result<ControlConfig> parse_config(const std::string& text, const std::string& file) {
  Problems problems(file);
  const auto root = config::parse_document(text, {}, problems);
  if (!root) return error_of(problems);
  ControlConfig config = read_config(*root, problems);
  if (!problems.empty()) return error_of(problems);
  return config;
}

Result<ControlConfig> load_config(const std::string& path) {
  Result<std::string> text = read_file(path, kMaxConfigBytes);
  if (!text) return std::move(text).error().within("configuration");
  return parse_config(*text, path);
}

}  // namespace bulkhead::control
