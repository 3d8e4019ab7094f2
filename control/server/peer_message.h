// SPDX-License-Identifier: Apache-2.0
// Peers and deny records as messages of the API, and back.
#pragma once

#include "bulkhead/v1/mesh.pb.h"
#include "config/peer_config.h"
#include "ipc/messages.h"
#include "mesh/peer_state.h"
#include "mesh/revocation.h"

namespace bulkhead::control {

void fill(v1::Peer& out, const PeerConfig& peer);
void fill(v1::Peer& out, const PeerState& peer);
void fill(v1::Peer& out, const ipc::PeerStatus& peer);
void fill(v1::DenyRecord& out, const trust::AcceptedDeny& denied);

// Checked as in control.yaml. Errors: kInvalid.
Result<PeerConfig> peer_of(const v1::AddPeerRequest& request);

}  // namespace bulkhead::control
