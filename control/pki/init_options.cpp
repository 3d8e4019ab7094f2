// SPDX-License-Identifier: Apache-2.0
#include "pki/init_options.h"

#include <algorithm>
#include <set>

#include "identity/spiffe_id.h"

namespace bulkhead::pki {

namespace {

constexpr size_t kMaxInterface = 15;  // IFNAMSIZ less the NUL
constexpr std::string_view kMeshPort = "mesh";

Error invalid(std::string_view option, std::string_view what) {
  return Error{ErrorCode::kInvalid, std::string(option) + ": " + std::string(what)};
}

struct Pair {
  std::string left, right;
};

Result<Pair> split(std::string_view option, const std::string& text) {
  const size_t at = text.find('=');
  if (at == std::string::npos) return invalid(option, "'" + text + "' is not NAME=VALUE");
  return Pair{text.substr(0, at), text.substr(at + 1)};
}

bool valid_interface(const std::string& name) {
  return identity::valid_segment(name) && name.size() <= kMaxInterface;
}

Status take_zones(const InitOptions& options, GatewayPlan& plan) {
  std::set<std::string, std::less<>> names{std::string(kMeshPort)};
  for (const std::string& text : options.zones) {
    Result<Pair> pair = split("--zone", text);
    if (!pair.ok()) return std::move(pair).error();
    if (!identity::valid_segment(pair->left))
      return invalid("--zone", "'" + pair->left + "' is not a name");
    if (!valid_interface(pair->right))
      return invalid("--zone", "'" + pair->right + "' is not an interface name");
    if (!names.insert(pair->left).second)
      return invalid("--zone", "the name '" + pair->left + "' is taken");
    plan.zones.push_back({pair->left, pair->right});
  }
  return {};
}

Status take_peers(const InitOptions& options, GatewayPlan& plan) {
  std::set<std::string, std::less<>> names{plan.gateway};
  for (const std::string& text : options.peers) {
    Result<Pair> pair = split("--peer", text);
    if (!pair.ok()) return std::move(pair).error();
    if (!identity::valid_segment(pair->left))
      return invalid("--peer", "'" + pair->left + "' is not a name");
    if (!names.insert(pair->left).second)
      return invalid("--peer", "the name '" + pair->left + "' is taken");
    Result<IpAddress> ip = parse_ip(pair->right);
    if (!ip.ok()) return std::move(ip).error().within("--peer " + pair->left);
    plan.peers.push_back({pair->left, *ip});
  }
  return {};
}

}  // namespace

Result<GatewayPlan> check_options(const InitOptions& options) {
  if (!identity::valid_segment(options.gateway))
    return invalid("--gateway", "1-63 letters, digits, '.', '-', '_'");
  if (!identity::valid_trust_domain(options.trust_domain))
    return invalid("--trust-domain", "lower-case letters, digits, '.', '-', '_'");
  if (!valid_interface(options.mesh_interface))
    return invalid("--mesh-interface", "'" + options.mesh_interface + "' is not an interface name");
  if (options.underlay.empty())
    return invalid("--underlay", "give the gateway's own underlay address, as in 172.16.0.1/24");
  Result<IpPrefix> underlay = parse_prefix(options.underlay);
  if (!underlay.ok()) return std::move(underlay).error().within("--underlay");
  GatewayPlan plan;
  plan.gateway = options.gateway;
  plan.trust_domain = options.trust_domain;
  plan.directory = options.directory;
  plan.run_directory = options.run_directory;
  plan.state_directory = options.state_directory;
  plan.mesh_interface = options.mesh_interface;
  plan.underlay = *underlay;
  if (Status zones = take_zones(options, plan); !zones.ok()) return std::move(zones).error();
  if (Status peers = take_peers(options, plan); !peers.ok()) return std::move(peers).error();
  return plan;
}

}  // namespace bulkhead::pki
