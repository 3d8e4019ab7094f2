// SPDX-License-Identifier: Apache-2.0
#include "table/peer_check.h"

#include <map>
#include <set>
#include <utility>

namespace bulkhead::dataplane {
namespace {

constexpr uint32_t kMinKeepaliveMs = 100;
constexpr uint32_t kMaxKeepaliveMs = 60'000;

Error invalid(std::string sentence) {
  return {ErrorCode::kInvalid, std::move(sentence)};
}

struct Context {
  std::span<const Underlay> own;
  std::map<IpAddress, std::string_view> holder;  // of addresses that do not change
};

// Addresses behind a translator may be the same for several peers.
Status check_holder(const std::string& who, const ipc::Peer& peer, const IpAddress& ip,
                    Context& context) {
  if (peer.behind_nat) return {};
  const auto [at, fresh] = context.holder.emplace(ip, peer.name);
  if (fresh || at->second == peer.name) return {};
  return invalid(who + " has the underlay address of another peer");
}

Status check_address(const std::string& who, const ipc::Peer& peer, const ipc::PeerPath& path,
                     Context& context) {
  const IpAddress& ip = path.underlay.ip;
  if (ip.is_zero() && peer.behind_nat) {
    if (!peer.from.empty()) return {};
    return invalid(who + " has neither an address nor a prefix to come from");
  }
  if (ip.is_zero() || path.underlay.port == 0 || ip.is_multicast())
    return invalid(who + " has no usable underlay address");
  for (const Underlay& own : context.own)
    if (ip == own.address.address) return invalid(who + " has this gateway's own underlay address");
  const size_t at = underlay_named(context.own, path.mesh_port);
  if (ip.is_v4() != context.own[at].address.address.is_v4())
    return invalid(who + " has an underlay address of the other IP version");
  return check_holder(who, peer, ip, context);
}

Status check_paths(const std::string& who, const ipc::Peer& peer, Context& context) {
  if (peer.paths.empty()) return invalid(who + " has no path");
  if (peer.paths.size() > ipc::kMaxPaths) return invalid(who + " has too many paths");
  std::set<std::pair<size_t, IpAddress>> ways;
  for (const ipc::PeerPath& path : peer.paths) {
    const size_t at = underlay_named(context.own, path.mesh_port);
    if (at == kNoUnderlay)
      return invalid(who + " names the mesh port \"" + path.mesh_port + "\", which is not here");
    if (Status s = check_address(who, peer, path, context); !s) return s;
    // Where an address may change, the mesh port alone tells paths apart.
    const IpAddress& remote = peer.behind_nat ? IpAddress{} : path.underlay.ip;
    if (!ways.insert({at, remote}).second) return invalid(who + " has the same path twice");
  }
  return {};
}

}  // namespace

size_t underlay_named(std::span<const Underlay> own, std::string_view mesh_port) noexcept {
  if (mesh_port.empty()) return own.empty() ? kNoUnderlay : 0;
  for (size_t i = 0; i < own.size(); ++i)
    if (own[i].name == mesh_port) return i;
  return kNoUnderlay;
}

Status check_peers(const ipc::SetPeers& message, std::span<const Underlay> own) {
  if (message.keepalive_ms < kMinKeepaliveMs || message.keepalive_ms > kMaxKeepaliveMs)
    return invalid("keepalive_ms must be 100 to 60000");
  Context context{own, {}};
  std::set<std::string_view> names;
  for (const ipc::Peer& peer : message.peers) {
    const std::string who = "peer \"" + peer.name + "\"";
    if (peer.name.empty() || !names.insert(peer.name).second)
      return invalid(who + " has no name or appears twice");
    if (!peer.behind_nat && !peer.from.empty())
      return invalid(who + " has prefixes to come from, but is not behind_nat");
    if (Status s = check_paths(who, peer, context); !s) return s;
  }
  return {};
}

}  // namespace bulkhead::dataplane
