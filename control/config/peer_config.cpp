// SPDX-License-Identifier: Apache-2.0
#include "config/peer_config.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include "ipc/messages.h"

namespace bulkhead::control {

namespace {

using config::MapReader;
using config::Problems;

// One way for each family to be compared: how it is written.
Endpoint endpoint_at(MapReader& map, const char* key, bool required) {
  const std::string text = required ? map.required_string(key) : map.optional_string(key, "");
  if (text.empty()) return {};
  Result<Endpoint> endpoint = parse_endpoint(text);
  if (endpoint) return *endpoint;
  map.error(key, endpoint.error().sentence);
  return {};
}

std::string port_name_at(MapReader& map) {
  std::string name = map.optional_string("mesh_port", "");
  if (!name.empty() && !is_name(name)) map.error("mesh_port", "is not a name");
  return name;
}

// Where a peer behind a translator is, is learnt: its addresses may be left out.
PeerPathConfig read_path(MapReader& map, bool required) {
  return {endpoint_at(map, "underlay", required), endpoint_at(map, "handshake", required),
          port_name_at(map)};
}

bool has_short_form(const MapReader& map) {
  return map.has("underlay") || map.has("handshake") || map.has("mesh_port");
}

void read_path_list(MapReader& map, PeerConfig& peer) {
  size_t index = 0;
  for (const config::Node* node : map.optional_list("paths")) {
    MapReader path(*node, map.object("paths") + "[" + std::to_string(index++) + "]",
                   map.problems());
    peer.paths.push_back(read_path(path, !peer.behind_nat));
    path.finish();
  }
  if (peer.paths.empty() || peer.paths.size() > ipc::kMaxPaths)
    map.error("paths", "has " + std::to_string(peer.paths.size()) + " entries: 1 to " +
                           std::to_string(ipc::kMaxPaths) + " are possible");
  const auto other_port = [&](const PeerPathConfig& path) {
    return path.handshake.port != peer.paths.front().handshake.port;
  };
  if (std::ranges::any_of(peer.paths, other_port))
    map.error("paths", "has different handshake ports: a control listens at one port");
}

void read_paths(MapReader& map, PeerConfig& peer) {
  if (!map.has("paths")) {
    peer.paths.push_back(read_path(map, !peer.behind_nat));
    return;
  }
  if (has_short_form(map))
    map.error("paths", "stands beside underlay, handshake or mesh_port: write one of both forms");
  read_path_list(map, peer);
}

void read_sources(MapReader& map, PeerConfig& peer) {
  for (const std::string& text : map.optional_strings("from")) {
    Result<IpPrefix> prefix = parse_prefix(text);
    if (prefix)
      peer.from.push_back(*prefix);
    else
      map.error("from", prefix.error().sentence);
  }
  if (!peer.behind_nat && map.has("from"))
    map.error("from", "is for a peer that is behind_nat: the addresses of others are known");
  if (peer.behind_nat && (peer.from.empty() || peer.from.size() > ipc::kMaxSources))
    map.error("from", "is needed with behind_nat: 1 to " + std::to_string(ipc::kMaxSources) +
                          " prefixes from which the peer may come");
}

std::string quoted(const std::string& text) {
  return "\"" + text + "\"";
}

std::string path_yaml(const PeerPathConfig& path) {
  std::vector<std::string> fields;
  if (path.underlay.port != 0) fields.push_back("underlay: " + quoted(to_string(path.underlay)));
  if (path.handshake.port != 0) fields.push_back("handshake: " + quoted(to_string(path.handshake)));
  if (!path.mesh_port.empty()) fields.push_back("mesh_port: " + quoted(path.mesh_port));
  std::string text;
  for (const std::string& field : fields) text += (text.empty() ? "" : ", ") + field;
  return "  - {" + text + "}\n";
}

}  // namespace

bool is_name(const std::string& text) {
  return !text.empty() && text.size() <= ipc::kMaxName &&
         std::ranges::all_of(text, [](unsigned char c) {
           return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
         });
}

PeerConfig read_peer(const config::Node& node, const std::string& object, Problems& problems) {
  MapReader map(node, object, problems);
  PeerConfig peer;
  peer.name = map.required_string("name");
  if (!peer.name.empty() && !is_name(peer.name))
    map.error("name", "is not a name: 1-63 letters, digits, '-', '_' and '.'");
  peer.behind_nat = map.optional_bool("behind_nat", false);
  read_paths(map, peer);
  read_sources(map, peer);
  map.finish();
  return peer;
}

Result<PeerConfig> parse_peer(const std::string& text, const std::string& file) {
  Problems problems(file);
  const auto root = config::parse_document(text, {}, problems);
  PeerConfig peer;
  if (root) peer = read_peer(*root, "", problems);
  if (problems.empty()) return peer;
  std::string sentence;
  for (const config::Problem& problem : problems.items())
    sentence += (sentence.empty() ? "" : "\n") + config::to_string(problem);
  return Error{ErrorCode::kInvalid, std::move(sentence)};
}

std::string to_yaml(const PeerConfig& peer) {
  std::string text = "name: " + quoted(peer.name) + "\n";
  if (peer.behind_nat) text += "behind_nat: true\n";
  if (!peer.from.empty()) text += "from:\n";
  for (const IpPrefix& prefix : peer.from) text += "  - " + quoted(to_string(prefix)) + "\n";
  text += "paths:\n";
  for (const PeerPathConfig& path : peer.paths) text += path_yaml(path);
  return text;
}

Status check_peer(const PeerConfig& peer, const std::string& gateway, bool own_behind_nat) {
  if (peer.name == gateway) return Error{ErrorCode::kInvalid, "names this gateway itself"};
  if (peer.behind_nat && own_behind_nat)
    return Error{ErrorCode::kInvalid,
                 "is behind_nat as this gateway is: neither could call the "
                 "other; one of both needs an address that is reached"};
  return {};
}

bool initiates(const PeerConfig& peer, const std::string& gateway, bool own_behind_nat) {
  if (peer.behind_nat) return false;
  return own_behind_nat || gateway < peer.name;
}

}  // namespace bulkhead::control
