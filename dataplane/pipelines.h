// SPDX-License-Identifier: Apache-2.0
// The two ways through the gateway. The order is the security argument: nothing is looked up before
// its bytes are checked, nothing is decided before its source is bound, nothing is sent before it
// is decided and inspected.
#pragma once

#include "pipeline.h"
#include "stage/bind.h"
#include "stage/clamp_mss.h"
#include "stage/decide.h"
#include "stage/decrypt.h"
#include "stage/deliver.h"
#include "stage/encrypt.h"
#include "stage/exception.h"
#include "stage/fit.h"
#include "stage/flow.h"
#include "stage/handover.h"
#include "stage/inspect.h"
#include "stage/parse.h"
#include "stage/reassemble.h"
#include "stage/scan.h"
#include "stage/transmit.h"
#include "stage/underlay.h"
#include "stage/zone_arp.h"

namespace bulkhead::dataplane {

using ZonePipeline =
    Pipeline<ParseStage, ZoneArpStage, HandoverStage, BindStage, FlowStage, DecideStage, ScanStage,
             InspectStage, ClampMssStage, FitStage, EncryptStage, DeliverStage, TransmitStage>;
using MeshPipeline = Pipeline<UnderlayStage, HandoverStage, DecryptStage, ReassembleStage,
                              BindStage, FlowStage, DecideStage, ScanStage, InspectStage,
                              ClampMssStage, FitStage, EncryptStage, DeliverStage, TransmitStage>;
using ExceptionPipeline = Pipeline<ExceptionStage, TransmitStage>;

template <typename P>
inline constexpr bool kEnforces =
    P::template kBefore<BindStage, FlowStage>&& P::template kBefore<FlowStage, DecideStage>&&
        P::template kBefore<DecideStage, ScanStage>&& P::template kBefore<ScanStage, InspectStage>&&
            P::template kBefore<InspectStage, EncryptStage>&& P::template kBefore<
                InspectStage, DeliverStage>&& P::template kBefore<EncryptStage, DeliverStage>&&
                P::template kBefore<DeliverStage, TransmitStage>&&
                    P::template index_of<TransmitStage>() == P::kStages - 1;

static_assert(kEnforces<ZonePipeline> && kEnforces<MeshPipeline>);
static_assert(ZonePipeline::kBefore<ParseStage, BindStage> &&
              MeshPipeline::kBefore<DecryptStage, BindStage>);
static_assert(
    MeshPipeline::kBefore<ReassembleStage, BindStage> &&
    ZonePipeline::kBefore<InspectStage, FitStage>);  // what is decided is never a fragment

}  // namespace bulkhead::dataplane
