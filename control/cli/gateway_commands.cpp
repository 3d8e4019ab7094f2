// SPDX-License-Identifier: Apache-2.0
// status, peers, rekey.
#include <fmt/format.h>

#include <ctime>
#include <iostream>

#include "cli/commands.h"

namespace bulkhead::cli {

namespace {

using Align = Table::Align;

void line(const std::string& name, const std::string& value) {
  std::cout << fmt::format("{:<14}{}\n", name, value);
}

std::string policy_text(uint64_t generation, const std::string& digest) {
  if (generation == 0) return paint(Colour::kRed, "none: everything is denied");
  return fmt::format("generation {} ({})", generation, hex(digest, 6));
}

void print_dataplane(const v1::GetStatusResponse& status) {
  if (!status.connected()) {
    line("dataplane", paint(Colour::kRed, "not connected"));
    return;
  }
  line("dataplane",
       fmt::format("{}, {} workers ({}), up {}, version {}", paint(Colour::kGreen, "connected"),
                   status.workers(), status.worker_mode(), duration(status.uptime_ns()),
                   status.dataplane_version()));
  line("in force", policy_text(status.generation(), status.digest()) +
                       (status.image_from_disk() ? ", last good policy from disk" : ""));
  if (!status.in_step() && status.stored_generation() != 0)
    line("", paint(Colour::kYellow, "the policy in force is not the stored one"));
  if (!status.last_image_error().empty())
    line("last refusal", paint(Colour::kRed, status.last_image_error()));
}

void print(const v1::GetStatusResponse& status) {
  line("gateway", status.gateway());
  line("control", fmt::format("version {}, since {}", status.control_version(),
                              local_time(status.control_started().seconds(), 0, TimeStyle::kDate)));
  line("stored", policy_text(status.stored_generation(), status.stored_digest()));
  print_dataplane(status);
  if (!status.last_push_error().empty())
    line("not installed", paint(Colour::kRed, status.last_push_error()));
  line("peers",
       fmt::format("{} of {} with keys", status.peers_with_keys(), status.peers_configured()));
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

void print(const v1::ListPeersResponse& peers) {
  if (peers.peers().empty()) {
    std::cout << "no peers are configured\n";
    return;
  }
  Table table({{"PEER"},
               {"STATE"},
               {"UNDERLAY"},
               {"SESSION", Align::kRight},
               {"KEYED"},
               {"LANES IN/OUT", Align::kRight},
               {"PACKETS IN", Align::kRight},
               {"PACKETS OUT", Align::kRight},
               {"LAST HEARD"}});
  for (const v1::Peer& peer : peers.peers())
    table.add({peer.name(), state_of(peer),
               peer.underlay() + (peer.underlay_resolved() ? "" : " (not resolved)"),
               std::to_string(peer.session()), ago(peer.keyed(), peer.has_keyed()),
               fmt::format("{}/{}", peer.inbound_lanes(), peer.outbound_lanes()),
               count(peer.packets_in()), count(peer.packets_out()),
               ago(peer.last_in(), peer.has_last_in())});
  std::cout << table.text();
  for (const v1::Peer& peer : peers.peers())
    if (!peer.last_error().empty() && peer.state() != "up")
      std::cout << peer.name() << ": " << peer.last_error() << "\n";
}

template <typename T>
int finish(const Session& session, const Answer<T>& answer) {
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  if (session.json) {
    print_json(std::get<T>(answer));
  } else {
    print(std::get<T>(answer));
  }
  return kOk;
}

}  // namespace

int run_status(const Session& session) {
  return finish(session, ApiClient(session.socket).status());
}

int run_peers(const Session& session) {
  return finish(session, ApiClient(session.socket).peers());
}

int run_rekey(const Session& session, const std::string& peer) {
  v1::RekeyRequest request;
  request.set_peer(peer);
  const auto answer = ApiClient(session.socket).rekey(request);
  if (const auto* error = std::get_if<CallError>(&answer)) return report(*error);
  if (session.json) {
    print_json(std::get<v1::RekeyResponse>(answer));
  } else {
    std::cout << "rekey with " << peer << " is under way: see `bulkhead peers`\n";
  }
  return kOk;
}

}  // namespace bulkhead::cli
