// SPDX-License-Identifier: Apache-2.0
// peers, peer add, peer remove, rekey.
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <iostream>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

using Align = Table::Align;
constexpr int64_t kDay = 86'400;

void line(const std::string& name, const std::string& value) {
  std::cout << fmt::format("{:<14}{}\n", name, value);
}

std::string ago(const google::protobuf::Timestamp& time, bool known) {
  if (!known) return "never";
  const int64_t seconds = std::max<int64_t>(0, std::time(nullptr) - time.seconds());
  return duration(static_cast<uint64_t>(seconds) * 1'000'000'000) + " ago";
}

std::string state_of(const v1::Peer& peer) {
  if (peer.state() == "up") return paint(Colour::kGreen, peer.state());
  return paint(peer.keys_installed() ? Colour::kYellow : Colour::kRed, peer.state());
}

std::string certificate_of(const v1::Peer& peer) {
  if (!peer.has_certificate_not_after()) return "-";
  const int64_t left = peer.certificate_not_after().seconds() - std::time(nullptr);
  if (peer.certificate_in_grace())
    return paint(Colour::kRed, fmt::format("grace: expired {} d ago", -left / kDay));
  if (left < 0) return paint(Colour::kRed, "expired");
  return fmt::format("{} d", left / kDay);
}

const v1::Path* active_path(const v1::Peer& peer) {
  const auto found = std::ranges::find_if(peer.paths(), [](const auto& p) { return p.active(); });
  if (found != peer.paths().end()) return &*found;
  return peer.paths().empty() ? nullptr : &peer.paths(0);
}

std::string rtt_of(const v1::Path& path) {
  return path.rtt_us() == 0 ? "-" : duration(uint64_t{path.rtt_us()} * 1000);
}

std::string loss_of(const v1::Path& path) {
  return fmt::format("{}.{} %", path.loss_per_mille() / 10, path.loss_per_mille() % 10);
}

std::string mtu_of(const v1::Path& path) {
  return path.mtu() == 0 ? "-" : std::to_string(path.mtu());
}

std::string place_of(const v1::Path& path) {
  std::string text = path.underlay().empty() ? "not known yet" : path.underlay();
  if (!path.mesh_port().empty()) text += " by " + path.mesh_port();
  if (!path.resolved()) text += " (not resolved)";
  return text;
}

void add_row(Table& table, const v1::Peer& peer) {
  static const v1::Path kNone;
  const v1::Path* const found = active_path(peer);
  const v1::Path& path = found != nullptr ? *found : kNone;
  table.add({peer.name(), state_of(peer), place_of(path), rtt_of(path), loss_of(path), mtu_of(path),
             std::to_string(peer.session()), ago(peer.keyed(), peer.has_keyed()),
             fmt::format("{}/{}", peer.inbound_lanes(), peer.outbound_lanes()),
             fmt::format("{}/{}", peer.inbound_epoch(), peer.outbound_epoch()),
             count(peer.packets_in()), count(peer.packets_out()),
             ago(peer.last_in(), peer.has_last_in()), certificate_of(peer)});
}

void print_reasons(const v1::Peer& peer) {
  if (!peer.revoked().empty())
    std::cout << paint(Colour::kRed, peer.name() + ": cut off: " + peer.revoked()) << "\n";
  if (!peer.last_error().empty() && peer.state() != "up")
    std::cout << peer.name() << ": " << peer.last_error() << "\n";
}

void print_own(const v1::ListPeersResponse& peers) {
  if (!peers.own_denial().empty())
    std::cout << paint(Colour::kRed, "OUR OWN CERTIFICATE IS REVOKED: " + peers.own_denial())
              << "\n";
}

void print_all(const v1::ListPeersResponse& peers) {
  print_own(peers);
  if (peers.peers().empty()) {
    std::cout << "no peers are configured\n";
    return;
  }
  Table table({{"PEER"},
               {"STATE"},
               {"UNDERLAY"},
               {"RTT", Align::kRight},
               {"LOSS", Align::kRight},
               {"MTU", Align::kRight},
               {"SESSION", Align::kRight},
               {"KEYED"},
               {"LANES IN/OUT", Align::kRight},
               {"EPOCH IN/OUT", Align::kRight},
               {"PACKETS IN", Align::kRight},
               {"PACKETS OUT", Align::kRight},
               {"LAST HEARD"},
               {"CERTIFICATE"}});
  for (const v1::Peer& peer : peers.peers()) add_row(table, peer);
  std::cout << table.text();
  for (const v1::Peer& peer : peers.peers()) print_reasons(peer);
}

void print_paths(const v1::Peer& peer) {
  Table table({{"PATH"},
               {"UNDERLAY"},
               {"HANDSHAKE"},
               {"STATE"},
               {"RTT", Align::kRight},
               {"LOSS", Align::kRight},
               {"MTU", Align::kRight},
               {"FAILOVERS", Align::kRight}});
  for (int i = 0; i < peer.paths_size(); ++i) {
    const v1::Path& path = peer.paths(i);
    const std::string up = path.up() ? paint(Colour::kGreen, "up") : paint(Colour::kRed, "down");
    table.add({std::to_string(i + 1), place_of(path),
               path.handshake().empty() ? "it calls us" : path.handshake(),
               up + (path.active() ? ", active" : ""), rtt_of(path), loss_of(path), mtu_of(path),
               count(path.failovers())});
  }
  std::cout << table.text();
}

void print_one(const v1::Peer& peer) {
  line("peer", peer.name() + (peer.added() ? " (added)" : ""));
  line("state", state_of(peer) + (peer.initiator() ? ", we call it" : ", it calls us"));
  std::string from;
  for (const std::string& prefix : peer.from()) from += " " + prefix;
  if (peer.behind_nat()) line("behind NAT", "may come from" + from);
  line("keyed", fmt::format("{}, session {}, {} failures", ago(peer.keyed(), peer.has_keyed()),
                            peer.session(), peer.failures()));
  line("lanes", fmt::format("{} in (epoch {}), {} out (epoch {})", peer.inbound_lanes(),
                            peer.inbound_epoch(), peer.outbound_lanes(), peer.outbound_epoch()));
  line("packets", fmt::format("{} in, {} out, last heard {}", count(peer.packets_in()),
                              count(peer.packets_out()), ago(peer.last_in(), peer.has_last_in())));
  line("certificate", peer.certificate_id() + " " + certificate_of(peer));
  print_paths(peer);
  print_reasons(peer);
  if (peer.state() == "up" && !peer.last_error().empty()) line("last error", peer.last_error());
}

template <typename T>
int finish(const Session& session, const Answer<T>& answer, const std::string& said) {
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  if (session.json)
    print_json(std::get<T>(answer));
  else
    std::cout << said << "\n";
  return kOk;
}

// "underlay=IP:PORT,handshake=IP:PORT,port=mesh1"; the server checks the values.
bool read_path(const std::string& text, v1::PathSpec& path) {
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const std::string field = text.substr(begin, end - begin);
    const size_t equals = field.find('=');
    const std::string key = field.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : field.substr(equals + 1);
    if (value.empty()) return false;
    if (key == "underlay")
      path.set_underlay(value);
    else if (key == "handshake")
      path.set_handshake(value);
    else if (key == "port")
      path.set_mesh_port(value);
    else
      return false;
    begin = end + 1;
  }
  return true;
}

}  // namespace

int run_peers(const Session& session, const std::string& peer) {
  v1::ListPeersRequest request;
  request.set_peer(peer);
  const auto answer = ApiClient(session.place).peers(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  const auto& peers = std::get<v1::ListPeersResponse>(answer);
  if (session.json) {
    print_json(peers);
  } else if (peer.empty()) {
    print_all(peers);
  } else {
    print_own(peers);
    for (const v1::Peer& one : peers.peers()) print_one(one);
  }
  return kOk;
}

int run_rekey(const Session& session, const std::string& peer) {
  v1::RekeyRequest request;
  request.set_peer(peer);
  return finish(session, ApiClient(session.place).rekey(request),
                "rekey with " + peer + " is under way: see `bulkhead peers`");
}

int run_peer_add(const Session& session, const PeerArguments& arguments) {
  v1::AddPeerRequest request;
  request.set_name(arguments.name);
  request.set_behind_nat(arguments.behind_nat);
  for (const std::string& prefix : arguments.from) request.add_from(prefix);
  for (const std::string& text : arguments.paths) {
    if (read_path(text, *request.add_paths())) continue;
    std::cerr << "--path " << text << ": underlay=IP:PORT,handshake=IP:PORT[,port=MESH-PORT]\n";
    return kUsage;
  }
  return finish(session, ApiClient(session.place).add_peer(request),
                "peer " + arguments.name + " is added: see `bulkhead peers`");
}

int run_peer_remove(const Session& session, const std::string& peer) {
  v1::RemovePeerRequest request;
  request.set_name(peer);
  return finish(session, ApiClient(session.place).remove_peer(request),
                "peer " + peer + " and its lanes are gone");
}

}  // namespace bulkhead::cli
