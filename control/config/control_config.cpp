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

ListenConfig read_listener(const config::Node& node, const std::string& object,
                           Problems& problems) {
  ListenConfig listener;
  if (node.kind == config::Node::Kind::kMap) {
    MapReader map(node, object, problems);
    listener.endpoint = required_endpoint(map, "address");
    listener.mesh_port = name_at(map, "mesh_port", map.required_string("mesh_port"));
    map.finish();
    return listener;
  }
  const auto text = config::read_string(node, object, problems);
  if (!text) return listener;
  Result<Endpoint> endpoint = parse_endpoint(*text);
  if (endpoint)
    listener.endpoint = *endpoint;
  else
    problems.add(node.line, node.column, object, endpoint.error().sentence);
  return listener;
}

// One, or a list of them; each a text, or a map that names the mesh port as well.
void read_listeners(MapReader& map, ControlConfig& config) {
  const std::string key = "handshake_listen";
  const config::Node* const node = map.required(key);
  if (node == nullptr) return;
  const bool list = node->kind == config::Node::Kind::kList;
  if (!list) config.handshake_listen.push_back(read_listener(*node, key, map.problems()));
  for (size_t i = 0; list && i < node->items.size(); ++i)
    config.handshake_listen.push_back(
        read_listener(node->items[i], key + "[" + std::to_string(i) + "]", map.problems()));
  const auto& all = config.handshake_listen;
  if (all.empty() || all.size() > ipc::kMaxPaths)
    map.error(key, "has " + std::to_string(all.size()) + " entries: 1 to " +
                       std::to_string(ipc::kMaxPaths) + " are possible");
  for (const ListenConfig& listener : all)
    if (listener.endpoint.port != all.front().endpoint.port)
      map.error(key, "has different ports: the dataplane lets in one");
}

void read_peers(MapReader& map, ControlConfig& config) {
  std::set<std::string> names;
  for (const config::Node* node : map.optional_list("peers")) {
    const std::string object = "peers[" + std::to_string(config.peers.size()) + "]";
    PeerConfig peer = read_peer(*node, object, map.problems());
    const auto add = [&](const std::string& sentence) {
      map.problems().add(node->line, node->column, object + ".name", sentence);
    };
    if (!names.insert(peer.name).second) add("names " + peer.name + " a second time");
    if (Status fits = check_peer(peer, config.gateway, config.behind_nat);
        !peer.name.empty() && !fits)
      add(fits.error().sentence);
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
  read_listeners(map, config);
  config.behind_nat = map.optional_bool("behind_nat", false);
  config.keepalive_ms =
      static_cast<uint32_t>(map.optional_number("keepalive_ms", config.keepalive_ms, 100, 60'000));
  config.rekey_interval_s = static_cast<uint32_t>(
      map.optional_number("rekey_interval_s", config.rekey_interval_s, 10, 86'400));
  config.drain_s = static_cast<uint32_t>(map.optional_number("drain_s", config.drain_s, 1, 300));
  read_peers(map, config);
  config.pki = read_pki(map);
  config.approval = read_approval(map);
  config.evidence = read_evidence(map);
  config.fleet = read_fleet(map, config.trust_domain);
  map.finish();
  return config;
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
