// SPDX-License-Identifier: Apache-2.0
// Peers that come and go while the key agreement works.
#include <algorithm>

#include "mesh/key_agreement.h"
#include "pki/certificate.h"

namespace bulkhead::control {

namespace {

// X509 from the store; nothing when an element does not read.
SharedChain chain_of(const PeerStore::Chain& stored) {
  pki::ChainPtr chain{sk_X509_new_null()};
  for (const std::vector<uint8_t>& der : stored) {
    const unsigned char* at = der.data();
    X509* const element = d2i_X509(nullptr, &at, static_cast<long>(der.size()));
    if (element == nullptr || sk_X509_push(chain.get(), element) == 0) return {};
  }
  return SharedChain(std::move(chain));
}

}  // namespace

Status KeyAgreement::add_stored_peers() {
  Result<std::vector<PeerConfig>> stored = mesh_->store->peers();
  if (!stored.ok()) return std::move(stored).error();
  const ControlConfig& own = mesh_->config;
  for (PeerConfig& peer : *stored) {
    if (Status fits = check_peer(peer, own.gateway, own.behind_nat); !fits.ok())
      return Error{ErrorCode::kInvalid, "stored peer " + peer.name + ": " + fits.error().sentence};
    // One that is in control.yaml too: that one counts.
    (void)peers_.add(std::make_shared<PeerLink>(std::move(peer), *mesh_));
  }
  return {};
}

void KeyAgreement::recall_chains() {
  const auto chains = mesh_->store->chains();
  if (!chains.ok()) return;
  for (const auto& [name, stored] : *chains) {
    const PeerLinkPtr peer = peers_.find(name);
    SharedChain chain = chain_of(stored);
    if (!peer || !chain || sk_X509_num(chain.get()) == 0) continue;
    PeerLeaf leaf;
    X509* const certificate = sk_X509_value(chain.get(), 0);
    leaf.digest = pki::digest_of(certificate);
    leaf.not_after = pki::not_after(certificate);
    leaf.role = peer->initiator() ? pki::TlsRole::kServer : pki::TlsRole::kClient;
    leaf.chain = std::move(chain);
    peer->remember(std::move(leaf));
  }
}

Status KeyAgreement::add_peer(PeerConfig config) {
  const ControlConfig& own = mesh_->config;
  if (Status fits = check_peer(config, own.gateway, own.behind_nat); !fits.ok()) return fits;
  const auto peer = std::make_shared<PeerLink>(config, *mesh_);
  if (Status added = peers_.add(peer); !added.ok()) return added;
  // Without a dataplane: it is told when it connects.
  Status told = tell_peers();
  if (!told.ok() && told.error().code == ErrorCode::kUnavailable) told = {};
  if (told.ok()) told = mesh_->store->add(config);
  if (!told.ok()) {
    (void)peers_.take(config.name);
    (void)tell_peers();
    return told;
  }
  peer->start();
  return {};
}

Status KeyAgreement::remove_peer(std::string_view name) {
  if (std::ranges::any_of(mesh_->config.peers, [&](const auto& p) { return p.name == name; }))
    return Error{ErrorCode::kInvalid, std::string(name) +
                                          " stands in control.yaml: remove it there "
                                          "and restart bulkhead-control"};
  const PeerLinkPtr peer = peers_.take(name);
  if (!peer) return Error{ErrorCode::kNotFound, "no peer named " + std::string(name)};
  peer->stop();
  peer->join();
  Status forgotten = mesh_->store->remove(std::string(name));
  Status told = tell_peers();
  if (!told.ok())
    return std::move(told).error().within(
        "the peer is removed, but its lanes go only when the "
        "dataplane takes the new set of peers");
  return forgotten;
}

std::vector<PeerConfig> KeyAgreement::configured() const {
  std::vector<PeerConfig> all;
  for (const PeerLinkPtr& peer : peers_.all()) all.push_back(peer->config());
  return all;
}

}  // namespace bulkhead::control
