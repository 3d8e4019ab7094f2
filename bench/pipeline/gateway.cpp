// SPDX-License-Identifier: Apache-2.0
#include "pipeline/gateway.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <span>

#include "base/clock.h"
#include "image/compile.h"
#include "image/verifier.h"

namespace bulkhead::bench {
namespace {

using dataplane::PortInfo;

constexpr uint16_t kSourcePort = 49152;
constexpr uint32_t kPretendedSpi = 0x0010'0001;

void require(const Status& status) {
  if (status) return;
  std::fprintf(stderr, "benchmark set-up: %s\n", status.error().sentence.c_str());
  std::exit(1);
}

template <typename T>
T require(Result<T> result) {
  if (!result) require(Status(std::move(result).error()));
  return std::move(result).value();
}

std::vector<uint8_t> signed_image(const Plant& plant, const std::string& gateway,
                                  uint64_t generation) {
  image::CompileOptions options;
  options.gateway = gateway;
  options.generation = generation;
  options.created_wall_ns = SystemClock().now().wall_ns;
  auto bytes = require(image::compile(plant.policy(), options));
  const image::PrivateKey key{1, 2, 3};
  require(image::sign(bytes, key));
  require(image::verify(bytes, {require(image::public_key_of(key)), gateway}));
  return bytes;
}

esp::KeyMaterial random_keys() {
  std::random_device random;
  esp::KeyMaterial keys;
  for (uint8_t& b : keys.key) b = static_cast<uint8_t>(random());
  for (uint8_t& b : keys.salt) b = static_cast<uint8_t>(random());
  return keys;
}

dataplane::Underlay underlay(const PortInfo& mesh) {
  dataplane::Underlay own;
  own.port = mesh.index;
  own.mac = mesh.mac;
  own.address = {mesh.address, 96 + 24};
  own.mtu = mesh.mtu;
  return own;
}

}  // namespace

IpAddress underlay_of(std::string_view gateway) {
  return IpAddress::v4(0xc000'0200u + (gateway == kOwnGateway ? 1 : 2));
}

PortInfo zone_port(const MacAddress& mac) {
  PortInfo info;
  info.index = kZone;
  info.role = dataplane::PortRole::kZone;
  info.name = kZonePort;
  info.mac = mac;
  return info;
}

PortInfo mesh_port(std::string_view gateway, const MacAddress& mac) {
  PortInfo info;
  info.index = kMesh;
  info.role = dataplane::PortRole::kMesh;
  info.name = "mesh0";
  info.mac = mac;
  info.mtu = 1600;  // room for ESP around a full frame
  info.address = underlay_of(gateway);
  return info;
}

Gateway::Gateway(const Plant& plant, std::string name, std::vector<PortInfo> ports,
                 uint16_t workers)
    : name_(std::move(name)),
      ports_(std::move(ports)),
      workers_(workers),
      mesh_(underlay(ports_[kMesh]), workers) {
  add_generation(plant);
}

void Gateway::add_generation(const Plant& plant) {
  const auto bytes = signed_image(plant, name_, images_.size() + 1);
  Image image{std::make_shared<std::vector<uint64_t>>((bytes.size() + 7) / 8), bytes.size()};
  std::memcpy(image.words->data(), bytes.data(), bytes.size());
  images_.push_back(std::move(image));
}

void Gateway::learn_peer(const std::string& name) {
  ipc::SetPeers message;
  message.peers.push_back({name, {{{underlay_of(name), esp::kUdpPort}, {}}}, 4433, false, {}});
  message.keepalive_ms = 60'000;  // seldom: a keepalive is none of the packets that are measured
  require(mesh_.set_peers(message));
}

void Gateway::send_to(Gateway* peer, const std::string& name, const MacAddress& peer_mac) {
  if (peers_.empty()) learn_peer(name);
  peers_.assign(1, {name, peer_mac});
  if (peer == nullptr) {
    ipc::InstallOutbound lanes{name, workers_, {}};
    for (uint16_t from = 0; from < workers_; ++from)
      for (uint16_t to = 0; to < workers_; ++to) {
        const auto n = static_cast<uint16_t>(from * workers_ + to);
        lanes.lanes.push_back(
            {kPretendedSpi + n, from, to, static_cast<uint16_t>(kSourcePort + n), random_keys()});
      }
    return require(mesh_.install_outbound(lanes));
  }
  const esp::KeyMaterial keys = random_keys();
  if (peer->peers_.empty()) peer->learn_peer(name_);
  const uint32_t spi = require(peer->mesh_.allocate_spis(1)).front();
  require(peer->mesh_.install_inbound({name_, {{spi, 0, keys}}}));
  require(mesh_.install_outbound({name, 1, {{spi, 0, 0, kSourcePort, keys}}}));
}

std::unique_ptr<dataplane::Snapshot> Gateway::snapshot() const {
  dataplane::SnapshotInput input;
  const Image& image = images_[decisions_ % images_.size()];
  input.image =
      image::ImageView({reinterpret_cast<const uint8_t*>(image.words->data()), image.bytes});
  input.image_memory = image.words;
  input.decisions = ++decisions_;
  input.mesh = mesh_.build();
  std::vector<std::string> names;
  for (const auto& peer : input.mesh->peers()) {
    names.push_back(peer.slot->name);
    for (const auto& [name, mac] : peers_)
      if (name == peer.slot->name) peer.paths[0].hop->link_address.store(mac.packed());
    peer.paths[0].hop->confirmed_ns.store(SystemClock().now().steady_ns);
  }
  input.peer_names = names;
  input.ports = ports_;
  input.workers = workers_;
  return dataplane::build_snapshot(input);
}

ipc::PeerStatus Gateway::totals() const {
  bool more = false;
  ipc::PeerStatus sum;
  for (const auto& peer : mesh_.status("", ipc::kStatusPeers, more)) {
    sum.packets_in += peer.packets_in;
    sum.packets_out += peer.packets_out;
  }
  return sum;
}

uint64_t Gateway::encrypted() const {
  return totals().packets_out;
}

uint64_t Gateway::decrypted() const {
  return totals().packets_in;
}

}  // namespace bulkhead::bench
